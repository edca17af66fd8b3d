import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from './sources.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-extension-'))
  cpSync(join(root, 'examples/extension'), folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules/tracewright'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a package of its own adds a format, column, provider, codec, seed and processor, and a model, through options alone', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout)
  }
  const printed = execFileSync(process.execPath, [join(folder, 'dist/try.js'), join(folder, 'logs')], { encoding: 'utf8' })
  expect(JSON.parse(printed)).toEqual({
    logs: ['Mended.'],
    rows: [
      { n: 1, text: 'A KITE ', length: 2, said: 'grey: Number 1' },
      { n: 2, text: 'A KITE A KITE ', length: 4, said: 'grey: Number 2' },
    ],
    own: [{ n: 7, said: 'own: Number 7' }],
  })
})
