import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { root, textOf } from './sources.ts'

/* The page is run as it stands. */

const page = textOf('docs/first-hour.md')
const blocks = (language: string) => [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code!)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-hour-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/tracewright'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the notebook’s columns, looked at, made, and gone on from', () => {
  const [reviews, main] = blocks('js')
  writeFileSync(join(folder, 'reviews.mjs'), reviews!)
  writeFileSync(join(folder, 'main.mjs'), main!)
  const printed = execFileSync(process.execPath, ['main.mjs'], { cwd: folder, encoding: 'utf8' })
  expect(printed).toContain('record 1 of 2')
  const columns = ['customer_name', 'product', 'product_category', 'quality', 'review', 'stand_in_columns', 'stars']
  expect(/^10 records, (.*)\ntrue$/m.exec(printed)?.[1]?.split(', ').sort()).toEqual(columns)
  expect(printed).toContain('product, review, title\n')
  for (const file of ['preview.html', 'reviews.json', 'reviews.csv', 'reviews.yaml', 'artifacts/reviews/manifest.json'])
    expect(existsSync(join(folder, file)), file).toBe(true)
  const metadata = JSON.parse(readFileSync(join(folder, 'as-data-designer/metadata.json'), 'utf8'))
  expect(metadata).toMatchObject({ actual_num_records: 10, preserve_dropped_columns: true })
})

it('the command line, with the config that was written', async () => {
  const commands = blocks('sh').join('').trim().split('\n')
  expect(commands.length).toBeGreaterThan(8)
  for (const command of commands) {
    const [program, ...args] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
    expect(program).toBe('tracewright')
    const { code, stderr } = await startCli(args, folder).output
    expect(code, `${command}\n${stderr}`).toBe(0)
  }
  expect(existsSync(join(folder, 'more-as-data-designer/parquet-files/batch_00000.parquet'))).toBe(true)
})
