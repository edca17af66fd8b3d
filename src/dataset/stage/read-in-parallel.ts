import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import { openRollouts, type ReadOptions } from '../../rollout/read.ts'
import { admittedLedger, TraceIds } from '../../rollout/trace-ids.ts'
import type { Reject } from '../../row.ts'
import { AdmittedBatch, settledOrLost } from './admitted-batch.ts'
import { stageUnits } from './pool.ts'
import type { StageShape } from './row-stage.ts'
import type { RowFate, StagedFiles, StagedPart } from './staged-rows.ts'

/** Units that were read together, and what becomes of each of their rows. The files are the caller's. */
export type ReadBatch = {
  units: { ledger: LedgerSummary; rejects: Reject[] }[]
  parts: { part: StagedPart; fates: RowFate[] }[]
  files: string[]
}

/** Logs that are read in parallel. */
export type ParallelRead = { skipped: Skipped[]; total: number; batches: AsyncIterable<ReadBatch> }

/** How to read in parallel; rows wait in `files` for those that come before them. */
export type ParallelOptions = ReadOptions & { files: StagedFiles; workers?: number; shape: StageShape }

/**
 * Read logs on several threads, rows in the order of the logs whichever is done first. Rows are never held: they go through files.
 * Throws where there is nothing to read.
 */
export async function readInParallel(options: ParallelOptions): Promise<ParallelRead> {
  const rollouts = await openRollouts(options)
  const { branches = 'active', context = 'recorded', compat = null, recursive = true, shape, files, workers } = options
  const stage = { parse: { branches, context }, compat: compat !== null, recursive, shape, store: null }

  async function* batches(): AsyncIterable<ReadBatch> {
    const ids = compat === null ? new TraceIds() : null
    const pool = { files, taken: ids?.claimed ?? [], ...(workers === undefined ? {} : { workers }) }
    try {
      const units = rollouts.units.map(ref => ({ ...ref, resumeAs: null }))
      for await (const staged of stageUnits(units, stage, pool)) {
        const batch = new AdmittedBatch(staged, shape.types)
        const read: ReadBatch['units'] = []
        const fates: RowFate[] = []
        while (!batch.isComplete) read.push(settled(batch, ids, fates))
        let first = 0
        const parts = staged.parts.map(part => ({ part, fates: fates.slice(first, (first += part.rows)) }))
        yield { units: read, parts, files: staged.files }
      }
    } finally {
      rollouts.close()
    }
  }

  return { skipped: rollouts.skipped, total: rollouts.units.length, batches: batches() }
}

/** Let the rows of a batch's next unit claim their ids; what becomes of them is added to `fates`. */
function settled(batch: AdmittedBatch, ids: TraceIds | null, fates: RowFate[]): ReadBatch['units'][number] {
  const { ref, staged, claiming } = batch.next()
  const rejects = [...staged.rejects]
  const replayed = { emitted: 0, merged: 0 }
  const rows: string[] = []
  for (const [i, row] of staged.rows.entries()) {
    const outcome = settledOrLost(ids, claiming[i]!, { key: ref.unit.key }, replayed)
    if (outcome !== null && 'lost' in outcome) {
      rejects.push({ at: ref.unit.key, reason: outcome.lost })
      fates.push('drop')
    } else {
      rows.push(outcome?.patch.trace_id ?? row.trace_id)
      fates.push(outcome?.patch ?? 'keep')
    }
  }
  return { ledger: admittedLedger(staged.ledger, rows, replayed), rejects }
}
