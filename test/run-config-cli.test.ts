import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startCli } from './cli-process.ts'

function scene(runConfig: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-run-config-'))
  writeFileSync(join(folder, 'run.yaml'), runConfig)
  writeFileSync(
    join(folder, 'config.yaml'),
    'columns:\n- {name: t, column_type: expression, expr: x}\n- {name: d, column_type: expression, expr: y, drop: true}\n',
  )
  return folder
}

it('--run-config says how a config is run, as Data Designer’s RunConfig does', async () => {
  const folder = scene('run_config: {buffer_size: 3, preserve_dropped_columns: true}\n')
  const run = ['-n', '7', '-o', 'run', '--run-config', 'run.yaml', '-y']
  const created = await startCli(['create', 'config.yaml', ...run], folder).output
  expect(created).toMatchObject({ code: 0 })
  expect(readdirSync(join(folder, 'run', 'parts'))).toHaveLength(3)
  expect(JSON.stringify(readdirSync(join(folder, 'run')))).toContain('artifacts')
})

it('travels in the plan of a run in shards', async () => {
  const folder = scene('{"buffer_size": 3, "shutdown_error_rate": 0.25}')
  const planned = await startCli(
    ['plan', 'config.yaml', '-n', '7', '--of', '2', '-o', 'home', '--run-config', 'run.yaml', '-y', '--json'],
    folder,
  ).output
  expect(planned).toMatchObject({ code: 0 })
  expect(planned.stdout).toMatch(/"shutdown_error_rate": ?0\.25/)
})

it.each([
  ['bufer_size: 3\n', "run.yaml: Unknown key 'bufer_size'", "Did you mean 'buffer_size'?"],
  ['buffer_size: 0\n', 'run.yaml: ', 'expected a whole number from 1'],
  ['- 1\n', 'run.yaml: Cannot read how configs are run', 'buffer_size: 1000'],
  ['{', 'run.yaml', ''],
])('refuses %j with its place', async (text, place, what) => {
  const { code, stderr } = await startCli(['validate', 'config.yaml', '--run-config', 'run.yaml'], scene(text)).output
  expect(code).not.toBe(0)
  expect(stderr).toContain(place)
  expect(stderr).toContain(what)
})

it('tells of knobs that turn nothing here, and of a file that is not there', async () => {
  const folder = scene('display_tui: true\n')
  const told = await startCli(['validate', 'config.yaml', '--run-config', 'run.yaml'], folder).output
  expect(told.code).toBe(0)
  expect(told.stderr).toContain('run_config.display_tui changes nothing here')
  const missing = await startCli(['validate', 'config.yaml', '--run-config', 'none.yaml'], folder).output
  expect(missing.stderr).toContain('none.yaml: Cannot read how configs are run: there is no such file')
})

it.each([
  ['hf://datasets/a/b.parquet', 'seed_type: hf'],
  ['s3://bucket/rows.csv', 'directory and file_contents'],
  ['https://host.example/rows.csv', 'Bring the file here'],
])('a local seed of %s says that it reads files of this machine', async (path, hint) => {
  const folder = scene('{}')
  writeFileSync(
    join(folder, 'config.yaml'),
    `columns:\n- {name: t, column_type: expression, expr: x}\nseed_config: {source: {seed_type: local, path: '${path}'}}\n`,
  )
  const { code, stderr } = await startCli(['validate', 'config.yaml'], folder).output
  expect(code).not.toBe(0)
  expect(stderr).toContain(`Cannot read seed '${path}': seeds of type 'local' read files of this machine`)
  expect(stderr).toContain(hint)
})
