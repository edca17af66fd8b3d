import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, send } from '../model/testing/chat-server.ts'
import { configFromJSON } from '../pipeline/config/builder.ts'
import { DataDesigner } from '../pipeline/data-designer.ts'
import { LocalFileSeedSource } from '../seed/file.ts'
import { RowsSeedSource } from '../seed/rows.ts'

const rows = Array.from({ length: 7 }, (_, n) => ({ n, code: n % 2 === 0 ? 'a()' : 'a(', more: n > 4 ? 'b[' : 'b[0]' }))
const config = (column: JsonObject): JsonObject => ({ columns: [{ column_type: 'validation', name: 'v', ...column }] })

async function preview(column: JsonObject, functions: { [name: string]: unknown } = {}) {
  const builder = configFromJSON(config(column), { functions }).withSeedDataset(new RowsSeedSource({ rows }))
  return new DataDesigner({ seed: 1 }).preview(builder, { numRecords: 7 })
}

it('a function is given batches of the target columns, in order', async () => {
  const batches: unknown[] = []
  const column = {
    target_columns: ['n'],
    validator_type: 'local_callable',
    validator_params: { validation_function: 'odd' },
    batch_size: 3,
  }
  const odd = (given: { n: number }[]) => {
    batches.push(given)
    return given.map(({ n }) => ({ is_valid: n % 2 === 1 }))
  }
  const { dataset } = await preview(column, { odd })
  expect(batches).toEqual([[{ n: 0 }, { n: 1 }, { n: 2 }], [{ n: 3 }, { n: 4 }, { n: 5 }], [{ n: 6 }]])
  expect(dataset.map(({ v }) => v)).toEqual(rows.map(({ n }) => ({ is_valid: n % 2 === 1 })))
})

it('several columns of code have a result each', async () => {
  const column = { validator_type: 'code', validator_params: { code_lang: 'javascript' } }
  const both = await preview({ ...column, target_columns: ['code', 'more'] })
  expect(both.dataset.map(({ v }) => v)).toMatchObject(
    rows.map(({ n }) => ({ code: { is_valid: n % 2 === 0 }, more: { is_valid: n <= 4 } })),
  )
  const one = await preview({ ...column, target_columns: ['code'] })
  expect(one.dataset.map(({ v }) => (v as JsonObject)['is_valid'])).toEqual(rows.map(({ n }) => n % 2 === 0))
  await expect(preview({ ...column, target_columns: ['code', 'nowhere'] })).rejects.toThrow("'nowhere'")
})

it.each([
  [1, 0, 7],
  [2, 7, 0],
])('with %i requests at once a batch that cannot be judged leaves %i rows, and %i failures', async (parallel, made, failed) => {
  await using server = await ChatServer.start(({ body }, _n, response) => {
    const data = body['data'] as { n: number }[]
    if (data.some(({ n }) => n === 4)) send(response, 400, { error: 'no' })
    else send(response, 200, { data: data.map(() => ({ is_valid: true })) })
  })
  const validator_params = { endpoint_url: server.endpoint, max_parallel_requests: parallel, max_retries: 0 }
  const { dataset, failures } = await preview({ target_columns: ['n'], validator_type: 'remote', validator_params, batch_size: 2 })
  expect([dataset.length, failures.length]).toEqual([made, failed])
  if (made > 0) expect(dataset.map(({ v }) => (v as JsonObject)['is_valid'])).toEqual([true, true, true, true, null, null, true])
})

it.each([
  ['a time', '2026-01-02T03:04:05', true],
  ['a list', '[1]', true],
  ['a hole among numbers', 'null', true],
  ['a text', '"kite"', false],
])('under compat rows with %s are not sent where Python has no JSON for it', async (_, cell, isOdd) => {
  await using server = await ChatServer.start(({ body }, _n, response) =>
    send(response, 200, { data: (body['data'] as unknown[]).map(() => ({ is_valid: true })) }),
  )
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-validation-')), 'seed.jsonl')
  writeFileSync(path, `{"n": ${/^\d/.test(cell) ? `"${cell}"` : cell}}\n{"n": ${cell === 'null' ? 1 : null}}\n`)
  const column = { target_columns: ['n'], validator_type: 'remote', validator_params: { endpoint_url: server.endpoint }, batch_size: 1 }
  const made = async (compat: 'data_designer' | null) => {
    const builder = configFromJSON(config(column)).withSeedDataset(new LocalFileSeedSource({ path }))
    return (await new DataDesigner({ compat }).preview(builder, { numRecords: 2 })).dataset.map(({ v }) => (v as JsonObject)['is_valid'])
  }
  expect(await made(null)).toEqual([true, true])
  expect(server.seen).toHaveLength(2)
  expect((await made('data_designer'))[0]).toBe(isOdd ? null : true)
})

it.each([
  [{ target_columns: [], validator_type: 'code', validator_params: { code_lang: 'python' } }, 'target_columns: found none'],
  [{ target_columns: ['n'], validator_type: 'cod', validator_params: {} }, "validator_type: found 'cod'"],
  [{ target_columns: ['n'], validator_type: 'code', validator_params: { code_lang: 'python' }, batch_size: 0 }, 'batch_size: found 0'],
  [{ target_columns: ['n'], validator_type: 'code' }, 'validator_params: found nothing'],
])('%j is refused', (column, word) => {
  expect(() => configFromJSON(config(column))).toThrow(word)
})
