import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configFromJSON } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { startCli } from './cli-process.ts'
import { folder } from './pipeline-scene.ts'

const CONFIG = {
  columns: [
    { name: 'c', column_type: 'sampler', sampler_type: 'category', params: { values: ['a', 'b'] } },
    { name: 'e', column_type: 'expression', expr: '{{ c }} {{ c }}', drop: true },
    { name: 'f', column_type: 'expression', expr: '{{ e }}!' },
  ],
  processors: [{ processor_type: 'schema_transform', name: 'my view', template: { said: '{{ f }}' } }],
}

it('export RUN --for data-designer writes its folder, and refuses what makes training data', async () => {
  const path = folder()
  const designer = new DataDesigner({ seed: 1, runConfig: { preserveDroppedColumns: true } })
  await designer.create(configFromJSON(CONFIG as never), { path, numRecords: 10 })
  const work = folder()
  const run = (...args: string[]) => startCli(['export', path, '-o', 'out', '--for', 'data-designer', ...args], work).output
  for (const other of [
    ['--view', 'turn'],
    ['--where', '1=1'],
    ['--split', 'lineage:90/10'],
    ['--agent', 'codex'],
    ['--reasoning', 'drop'],
  ]) {
    const { code, stderr } = await run(...other)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Cannot use ${other[0]} with --for data-designer`)])
  }
  expect(existsSync(join(work, 'out'))).toBe(false)
  const done = await run()
  expect([done.code, done.stdout]).toEqual([0, "Wrote 10 rows in 1 file to out, with what was dropped, what 'my view' made\n"])
  expect((await run()).code).toBe(2)
  expect(JSON.parse((await run('--force', '--json')).stdout)).toMatchObject({ rows: 10, batches: 1 })
})
