import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { LocalFileSeedSource } from '../../seed/file.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-repeats-'))
  writeFileSync(join(folder, 'two.jsonl'), '{"n":1}\n{"n":2}\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const builder = () =>
  new DataDesignerConfigBuilder()
    .withSeedDataset(new LocalFileSeedSource({ path: join(folder, 'two.jsonl') }))
    .addColumn(new ExpressionColumnConfig({ name: 'said', expr: 'number {{ n }}' }))

const AGAIN = 'The seed has no more than 2 rows: they are drawn again, up to 3 times each'

it('preview() makes as many records as it is asked for, and says that rows were drawn again', async () => {
  const { dataset, warnings } = await new DataDesigner().preview(builder(), { numRecords: 5 })
  expect(dataset.map(({ said }) => said)).toEqual(['number 1', 'number 2', 'number 1', 'number 2', 'number 1'])
  expect(warnings).toEqual([AGAIN])
})

it.each([
  ['that nobody asked a number of', {}, 2],
  ['that is not to repeat', { numRecords: 5, repeatSeed: false }, 2],
  ['of no more than there are', { numRecords: 2 }, 2],
])('a preview %s shows each row once, and warns of nothing', async (_, options, rows) => {
  const { dataset, warnings } = await new DataDesigner().preview(builder(), options)
  expect(dataset).toHaveLength(rows)
  expect(warnings).toEqual([])
})
