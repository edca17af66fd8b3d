import { writeFileSync } from 'node:fs'
import { decodeRow } from '../codec/store-value.ts'
import { isObject } from '../json.ts'
import type { LedgerSummary } from '../rollout/ledger.ts'
import { openRollouts, type ReadOptions } from '../rollout/read.ts'
import type { RolloutRow } from '../rollout/row.ts'
import type { Skipped } from '../rollout/source.ts'
import { admittedLedger, copyReason, TraceIds } from '../rollout/trace-ids.ts'
import type { Reject } from '../row.ts'
import { linesIn } from './store-lines.ts'
import { stageUnits } from './store-pool.ts'
import { lineOf } from './store-stage.ts'
import { storeTypesOf } from './store-types.ts'

/** A row as a line of JSON in a file. */
export type StagedLine = { file: string; offset: number; length: number }

/** A unit that was read, with its rows; they are there until the next unit is asked for. */
export type ReadUnit = { ledger: LedgerSummary; rejects: Reject[]; lines: StagedLine[]; total: number }

/** Logs that are read in parallel. */
export type ParallelRead = { skipped: Skipped[]; units: AsyncIterable<ReadUnit> }

/** How to read in parallel; rows wait below `folder` for those that come before them. */
export type ParallelOptions = ReadOptions & { folder: string; workers?: number; shape: 'plain' | 'stored' }

/**
 * Read logs on several threads, rows in the order of the logs whichever is done first. Rows are never held: they go through files, as
 * they are (`plain`) or as Parquet wants them (`stored`). Throws where there is nothing to read.
 */
export async function readInParallel(options: ParallelOptions): Promise<ParallelRead> {
  const rollouts = await openRollouts(options)
  const { branches = 'active', context = 'recorded', compat = null, recursive = true } = options
  const types = options.shape === 'stored' ? storeTypesOf({ branches, context, compat }) : null
  const stage = { parse: { branches, context }, compat: compat !== null, recursive, types }
  const pool = { folder: options.folder, ...(options.workers === undefined ? {} : { workers: options.workers }) }

  async function* units(): AsyncIterable<ReadUnit> {
    const ids = new TraceIds()
    try {
      for await (const { ref, staged, file } of stageUnits(rollouts.units, stage, pool)) {
        const rejects = [...staged.rejects]
        const replayed = { emitted: 0, merged: 0 }
        const rows: string[] = []
        const lines: StagedLine[] = []
        for (const [i, row] of staged.rows.entries()) {
          const line = { file, offset: row.offset, length: row.length }
          const settled = compat === null ? ids.settle(row, { key: ref.unit.key }, replayed, () => loadRow(line)) : null
          if (settled !== null && 'copyOf' in settled) rejects.push({ at: ref.unit.key, reason: copyReason(settled.copyOf) })
          else {
            lines.push(settled === null ? line : rewritten(settled.row, `${file}-${i}`))
            rows.push(settled?.row.trace_id ?? row.trace_id)
          }
        }
        yield { ledger: admittedLedger(staged.ledger, rows, replayed), rejects, lines, total: rollouts.units.length }
      }
    } finally {
      rollouts.close()
    }
  }

  function loadRow(line: StagedLine): RolloutRow {
    const row = JSON.parse(Buffer.concat([...linesIn(line)]).toString('utf8'))
    if (!isObject(row)) throw new TypeError('A staged line is a row')
    return (types === null ? row : decodeRow(row, types)) as unknown as RolloutRow
  }

  function rewritten(row: RolloutRow, file: string): StagedLine {
    const line = lineOf(row, types, { replacedSurrogates: 0, mistyped: 0 })
    writeFileSync(file, line)
    return { file, offset: 0, length: line.length }
  }

  return { skipped: rollouts.skipped, units: units() }
}
