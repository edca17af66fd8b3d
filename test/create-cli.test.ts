import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { startModelServer } from './model-server.ts'

const CONFIG = `
model_configs:
  - { alias: m, model: m, provider: here, skip_health_check: true }
columns:
  - { name: n, column_type: expression, expr: '{{ range(100000) | random }}' }
  - { name: a, column_type: llm-text, model_alias: m, prompt: 'Say {{ n }}' }
`
const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

it('tracewright create takes over what tracewright preview paid for, and tells programs what happens', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-cli-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const server = await startModelServer(({ prompt }) => `[${prompt}]`)
  clean.push(() => server.close())
  writeFileSync(join(cwd, 'config.yaml'), CONFIG)
  const common = ['config.yaml', '--seed', '3', '--provider', `here=${server.endpoint}`]
  const preview = await startCli(['preview', ...common, '-n', '8', '--json'], cwd).output
  expect(preview.stdout.trim().split('\n').length).toBe(8)
  expect(server.calls()).toBe(8)
  const { code, stdout } = await startCli(['create', ...common, '-n', '25', '-o', 'out', '--json'], cwd).output
  expect(code).toBe(0)
  expect(server.calls()).toBe(25)
  const events = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(events.map(event => event.type).filter(type => type !== 'progress')).toEqual(['begin', 'estimate', 'part', 'end', 'summary'])
  expect(events.at(-1)).toMatchObject({ path: 'out', failures: 0, manifest: { rows: 25, seed: 3 }, usage: { run: { calls: 17 } } })
  // What was asked for cannot be had: fewer rows, and an exit code that says so.
  const none = await startCli(['create', ...common, '--exactly', '2', '--accept', "a == 'no'", '--no-replies', '-o', 'none'], cwd).output
  expect(none.code).toBe(4)
  expect(none.stdout).toContain('Only 0 of 2 rows were accepted: of 200 tries no more were accepted')
  expect(none.stdout).toContain('Dataset: none')
}, 30_000)
