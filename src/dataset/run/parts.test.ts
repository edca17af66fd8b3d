import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { ROLLOUT_STORE_TYPES } from '../../rollout/conversation/store-types.ts'
import { RunParts } from './parts.ts'

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-parts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const ROW = { trace_id: 't', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], models: [], score: 1 }

test('columns of agent logs have their types from the first row, and hand them on to shards and sessions to come; others show theirs', async () => {
  const folder = scratch()
  const parts = new RunParts(folder, { partRows: 10, fromRollouts: true, learnt: {} })
  parts.add(ROW)
  const { messages, models, trace_id } = ROLLOUT_STORE_TYPES
  expect(parts.learnt).toEqual({ trace_id, messages, models, score: 'integer' })
  const part = await parts.write(parts.take(), 0)
  const reader = new ParquetFileReader(join(folder, part!.file))
  onTestFinished(() => reader[Symbol.dispose]())
  expect(reader.types).toEqual(parts.learnt)

  const later = new RunParts(folder, { partRows: 10, fromRollouts: true, learnt: { messages: 'json', score: 'integer' } })
  later.add({ ...ROW, score: 1.5 })
  expect(later.take().types).toMatchObject({ messages, score: 'number' })
})

test.each([
  ['a long text', 'x'.repeat(25 << 20)],
  ['many short ones', Array.from({ length: 1 << 20 }, () => 'x'.repeat(20))],
  ['texts as keys', { ['x'.repeat(25 << 20)]: 1 }],
])('a part is full by what its rows hold, be it %s', (_, value) => {
  const parts = new RunParts(scratch(), { partRows: 1000, fromRollouts: false, learnt: {} })
  parts.add({ value })
  expect(parts.isFull).toBe(false)
  parts.add({ value })
  parts.add({ value })
  expect(parts.isFull).toBe(true)
})
