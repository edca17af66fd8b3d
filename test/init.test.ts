import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { EXAMPLES } from '../src/cli/setup/init.ts'
import { startCli } from './cli-process.ts'
import { filesBelow, root } from './sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-init-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('every example config can be copied', () => {
  const isConfig = (path: string) => /^export function loadConfigBuilder|^data_designer:/m.test(readFileSync(join(root, path), 'utf8'))
  const configs = filesBelow('examples').filter(path => /\.(ts|yaml)$/.test(path) && isConfig(path))
  expect(
    Object.values(EXAMPLES)
      .map(({ files }) => `examples/${files[0]}`)
      .sort(),
  ).toEqual(configs.sort())
})

it.each(Object.keys(EXAMPLES))('%s is valid where it is copied to', async name => {
  const into = `a folder/${name}`
  const copied = await startCli(['init', name, '--into', into], folder).output
  expect(copied.code, copied.stderr).toBe(0)
  expect(readdirSync(join(folder, into)).sort()).toEqual(EXAMPLES[name]!.files.map(file => basename(file)).sort())
  const checked = await startCli(['validate', `${into}/${name}`], folder).output
  expect(checked.code, checked.stderr).toBe(0)
  expect(copied.stdout).toContain(`tracewright preview '${into}/${name}'`)
})

it('writes over nothing, and knows its names', async () => {
  writeFileSync(join(folder, 'shapes.ts'), 'mine')
  const refused = await startCli(['init', 'distill.ts'], folder).output
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("'shapes.ts': it is there already")])
  expect(readdirSync(folder)).not.toContain('distill.ts')
  expect((await startCli(['init', 'distill.ts', '--force'], folder).output).code).toBe(0)
  const unknown = await startCli(['init', 'destill.yaml'], folder).output
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean 'distill.yaml'?")])
})
