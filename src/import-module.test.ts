import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { importModule } from './import-module.ts'

const clean: string[] = []
afterEach(() => {
  for (const folder of clean.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(files: { [path: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'tracewright-import-'))
  clean.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const CONFIG = `
import { DataDesignerConfigBuilder, type SeedSource } from 'tracewright'
import { z } from 'zod'
import { columns } from './columns.ts'
export const source: SeedSource | null = null
export const configBuilder = new DataDesignerConfigBuilder({ modelConfigs: [] })
export const shape = z.object({ columns: z.array(z.string()) }).parse({ columns })
`
const COLUMNS = "export const columns: readonly string[] = ['a']\n"

it.each([
  ['a folder without a manifest', {}],
  ['a CommonJS folder', { 'package.json': '{"type":"commonjs"}' }],
  ['a folder of modules', { 'package.json': '{"type":"module"}' }],
  ['below node_modules', {}],
])('a TypeScript config in %s gets the running package', async (name, files) => {
  const at = name === 'below node_modules' ? 'node_modules/some-package/' : ''
  const root = folder({ ...files, [`${at}config.ts`]: CONFIG, [`${at}columns.ts`]: COLUMNS })
  const module = await importModule(join(root, `${at}config.ts`))
  expect(module['shape']).toEqual({ columns: ['a'] })
  expect(Object.getPrototypeOf(module['configBuilder']).constructor.name).toBe('DataDesignerConfigBuilder')
})

it('what is written as CommonJS stays it, and a package that is missing is named', async () => {
  const root = folder({
    'package.json': '{"type":"commonjs"}',
    'functions.ts': "const { basename } = require('node:path')\nmodule.exports.last = (path: string): string => basename(path)\n",
    'missing.ts': "import 'a-package-that-is-not-there'\n",
  })
  const { default: functions } = (await importModule(join(root, 'functions.ts'))) as { default: { last: (path: string) => string } }
  expect(functions.last('/a/b')).toBe('b')
  await expect(importModule(join(root, 'missing.ts'))).rejects.toThrow('a-package-that-is-not-there')
})
