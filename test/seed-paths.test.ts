import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-seed-paths-'))
  for (const name of ['project/data', 'elsewhere', 'home/notes']) mkdirSync(join(folder, name), { recursive: true })
  cpSync(join(root, 'examples/logs/codex'), join(folder, 'project/logs'), { recursive: true })
  writeFileSync(join(folder, 'project/data/kites.csv'), 'trace_id,colour\na,red\nb,green\n')
  writeFileSync(join(folder, 'project/kites [1].jsonl'), '{"trace_id":"c"}\n')
  writeFileSync(join(folder, 'home/notes/rose.txt'), 'Water it.')
  expect((await run('project', 'ingest', 'logs', '-q', '-o', 'store')).code).toBe(0)
  for (const [name, source] of Object.entries(SOURCES)) {
    const config = { columns: [{ name: 'seen', column_type: 'expression', expr: 'yes' }], seed_config: { source } }
    writeFileSync(join(folder, `project/${name}.yaml`), JSON.stringify(config))
  }
  writeFileSync(
    join(folder, 'project/code.ts'),
    `import { DataDesignerConfigBuilder, ExpressionColumnConfig, LocalFileSeedSource } from 'tracewright'
     export const configBuilder = new DataDesignerConfigBuilder()
     configBuilder.withSeedDataset(new LocalFileSeedSource({ path: 'data/kites.csv' }))
     configBuilder.addColumn(new ExpressionColumnConfig({ name: 'seen', expr: '{{ colour }}' }))`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SOURCES = {
  rollouts: { seed_type: 'agent_rollout', format: 'codex', path: 'logs' },
  dataset: { seed_type: 'dataset', path: './store' },
  filtered: { seed_type: 'dataset', path: 'store', where: 'message_count > 0' },
  file: { seed_type: 'local', path: 'data/kites.csv' },
  pattern: { seed_type: 'local', path: 'data/*.csv' },
  brackets: { seed_type: 'local', path: 'kites [1].jsonl' },
  above: { seed_type: 'local', path: '../project/data/kites.csv' },
  directory: { seed_type: 'directory', path: 'data' },
  contents: { seed_type: 'file_contents', path: 'data' },
  home: { seed_type: 'file_contents', path: '~/notes' },
}

const run = (cwd: string, ...args: string[]) => startCli(args, join(folder, cwd), { HOME: join(folder, 'home') }).output

describe.each([...Object.keys(SOURCES).map(name => `${name}.yaml`), 'code.ts'])('the seed of %s', config => {
  it.each([
    ['elsewhere', `../project/${config}`],
    ['project', config],
  ])('is found from %s', async (cwd, path) => {
    const { code, stderr, stdout } = await run(cwd, 'preview', path, '--json', '--no-replies')
    expect(code, stderr).toBe(0)
    expect(stdout.trim().split('\n').length).toBeGreaterThan(0)
  })
})

it('validate and create find it, too, and a run goes on from anywhere', async () => {
  expect((await run('elsewhere', 'validate', '../project/file.yaml')).code).toBe(0)
  expect((await run('elsewhere', 'create', '../project/file.yaml', '-o', 'kites', '-n', '1', '-y')).code).toBe(0)
  const gone = await run('.', 'create', 'project/file.yaml', '-o', 'elsewhere/kites', '-n', '2', '-y', '--resume')
  expect(gone.code, gone.stderr).toBe(0)
  const counted = await run('elsewhere', 'query', 'kites', 'select count(*) n from rows', '--json')
  expect(JSON.parse(counted.stdout).n).toBe(2)
})

it('the name of the folder is no pattern', async () => {
  cpSync(join(folder, 'project'), join(folder, 'odd [name]*'), { recursive: true })
  for (const config of ['pattern', 'above', 'rollouts']) {
    const { code, stderr } = await run('elsewhere', 'preview', `../odd [name]*/${config}.yaml`, '--json', '--no-replies')
    expect(code, stderr).toBe(0)
  }
})

it('what is not there is told with the place that was meant', async () => {
  writeFileSync(join(folder, 'project/gone.yaml'), JSON.stringify({ seed_config: { source: { seed_type: 'local', path: 'data/*.gone' } } }))
  const { code, stderr } = await run('elsewhere', 'preview', '../project/gone.yaml')
  expect(code).toBe(1)
  expect(stderr).toContain(join(folder, 'project/data/*.gone'))
})
