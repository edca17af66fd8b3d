import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RowPatch } from '../../rollout/claim-rows.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import { ROLLOUT_STORE_TYPES } from '../../rollout/conversation/store-types.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import { readLogs } from '../../rollout/testing/read-logs.ts'
import { sinkOf } from './part-sink.ts'
import { type StageShape, stageIn } from './row-stage.ts'
import { type RowFate, StagedFiles } from './staged-rows.ts'

const SHAPE: StageShape = { form: 'pages', types: ROLLOUT_STORE_TYPES }
const formats = join(import.meta.dirname, '..', '..', 'rollout', 'formats')
const fixtures = globSync('*/fixtures/*/logs', { cwd: formats }).sort()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-sink-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The bytes of a Parquet file of rows, of which each becomes what its fate says. */
async function fileOf(rows: readonly RolloutRow[], fates: readonly RowFate[]): Promise<Buffer> {
  using staged = new StagedFiles(folder)
  const changes = { replacedSurrogates: 0, mistyped: 0 }
  const stage = stageIn(staged.next(), SHAPE)
  for (const row of rows) await stage.add(structuredClone(row), changes) // which lets go of it
  const parts = await stage.finish()
  stage[Symbol.dispose]()
  const path = join(folder, 'rows.parquet')
  const sink = sinkOf(SHAPE, path, { staged, changes })
  let first = 0
  for (const part of parts) await sink.take(part, fates.slice(first, (first += part.rows)))
  await sink.close()
  return readFileSync(path)
}

/** What a row of another's id takes, or one that repeats what others said. */
function patchFor({ message_meta, diagnostics }: RolloutRow, i: number): RowPatch {
  const replay: RowPatch = {
    message_meta: message_meta.map(meta => ({ ...meta, train: false, replay: true })),
    usage: null,
    relation: 'copy',
  }
  const named: RowPatch = {
    trace_id: `taken~${i}`,
    parent_trace_id: 'taken',
    diagnostics: [...diagnostics, { code: 'trace_id_taken', at: null, detail: { by: 'é \u{1f600}' } }],
  }
  return [named, { ...named, ...replay }, replay, { parent_trace_id: null }][i % 4]!
}

it.each(fixtures)('%s: a file in which rows change or go is, byte for byte, the one of the changed rows', async fixture => {
  const rows = (await readLogs(join(formats, fixture), { format: formatNamed(fixture.split(/[\\/]/)[0]!.replaceAll('-', '_')) })).rows
  expect(rows.length).toBeGreaterThan(0)
  for (const step of [1, 2, 3]) {
    const fates = rows.map((row, i): RowFate => (i % step === 0 ? patchFor(row, i / step) : 'keep'))
    const changed = rows.map((row, i) => (typeof fates[i] === 'object' ? { ...row, ...fates[i] } : row))
    expect(
      (await fileOf(rows, fates)).equals(
        await fileOf(
          changed,
          rows.map(() => 'keep'),
        ),
      ),
    ).toBe(true)
    const some = fates.map((fate, i): RowFate => (i % 3 === 1 ? 'drop' : fate))
    const left = changed.filter((_, i) => some[i] !== 'drop')
    expect(
      (await fileOf(rows, some)).equals(
        await fileOf(
          left,
          left.map(() => 'keep'),
        ),
      ),
    ).toBe(true)
  }
})
