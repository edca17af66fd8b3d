import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { claudeCode } from '../src/rollout/formats/claude-code/index.ts'
import { startCli } from './cli-process.ts'

/* A start takes half a millisecond for each file that it loads. */

const folder = mkdtempSync(join(tmpdir(), 'tracewright-starts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const COUNTING = `import { registerHooks } from 'node:module'
const files = new Set()
const load = (url, context, next) => (files.add(url), next(url, context))
registerHooks({ load })
process.on('exit', () => process.stderr.write('loaded: ' + JSON.stringify([...files])))`

/** The files of ours that a command loads, and the packages of others. */
async function loadedBy(...args: string[]): Promise<{ own: string[]; packages: string[] }> {
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(COUNTING)}` }
  const { stderr } = await startCli(args, folder, environment).output
  const files = JSON.parse(stderr.slice(stderr.indexOf('loaded: ') + 'loaded: '.length)) as string[]
  const packages = files.flatMap(file => file.split('/node_modules/')[1]?.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? [])
  return { own: files.filter(file => file.includes('/dist/bundle/')), packages: [...new Set(packages)] }
}

it('loads two files to say what it can do', async () => {
  const { own, packages } = await loadedBy('--help')
  expect(own.length).toBeLessThanOrEqual(2)
  expect(packages).toEqual(['commander'])
})

it('loads few files to read a log, and no engine', async () => {
  for (const [path, content] of Object.entries(claudeCode.example('01a00000-0000-7000-8000-0000000000c1', ['Mended.']))) {
    mkdirSync(dirname(join(folder, 'logs', path)), { recursive: true })
    writeFileSync(join(folder, 'logs', path), content)
  }
  const { own, packages } = await loadedBy('ingest', 'logs', '-f', 'claude_code', '-o', 'store')
  expect(own.length).toBeLessThanOrEqual(16)
  expect(packages).not.toContain('@duckdb/node-api')
})
