import { Claims } from '../../rollout/claim-rows.ts'
import type { TrainableTwice } from '../../rollout/copies.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import { openLogs, type ReadOptions } from '../../rollout/read.ts'
import { admittedLedger } from '../../rollout/replayed.ts'
import type { Reject } from '../../row.ts'
import { AdmittedBatch } from './admitted-batch.ts'
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
export type ParallelRead = {
  skipped: Skipped[]
  total: number
  batches: AsyncIterable<ReadBatch>
  trainableTwice: TrainableTwice // of the rows of all batches given so far
}

/** How to read in parallel; rows wait in `files` for those that come before them. */
export type ParallelOptions = ReadOptions & { files: StagedFiles; workers?: number; shape: StageShape }

/**
 * Read logs on several threads, rows in the order of the logs whichever is done first. Rows are never held: they go through files.
 * Throws where there is nothing to read.
 */
export async function readInParallel(options: ParallelOptions): Promise<ParallelRead> {
  const rollouts = await openLogs(options, true)
  const { branches = 'active', context = 'recorded', compat = null, recursive = true, shape, files, workers } = options
  const stage = { parse: { branches, context }, compat: compat !== null, recursive, shape, store: null, facts: false }

  const claims = new Claims()

  async function* batches(): AsyncIterable<ReadBatch> {
    const pool = { files, taken: compat === null ? claims.claimed : [], ...(workers === undefined ? {} : { workers }) }
    await using _rollouts = rollouts
    const units = rollouts.units.map(ref => ({ ...ref, resumeAs: null }))
    for await (const staged of stageUnits(units, stage, pool)) {
      const batch = new AdmittedBatch(staged, shape.types)
      const read: ReadBatch['units'] = []
      const fates: RowFate[] = []
      while (!batch.isComplete) read.push(settled(batch, compat === null ? claims : null, fates))
      let first = 0
      const parts = staged.parts.map(part => ({ part, fates: fates.slice(first, (first += part.rows)) }))
      yield { units: read, parts, files: staged.files }
    }
  }

  return { skipped: rollouts.skipped, total: rollouts.units.length, batches: batches(), trainableTwice: claims.trainableTwice }
}

/** Let the rows of a batch's next unit claim what is theirs; what becomes of them is added to `fates`. Without claims they stay as they are. */
function settled(batch: AdmittedBatch, claims: Claims | null, fates: RowFate[]): ReadBatch['units'][number] {
  const { ref, staged, claiming } = batch.next()
  if (claims === null) {
    for (let i = 0; i < staged.rows.length; i++) fates.push('keep')
    return { ledger: staged.ledger, rejects: staged.rejects }
  }
  const { rows, rejects, replayed } = claims.claimRows({ key: ref.unit.key }, claiming)
  for (const { fate } of rows) fates.push(fate)
  const stored = rows.flatMap(row => row.stored ?? [])
  return { ledger: admittedLedger(staged.ledger, stored, replayed), rejects: [...staged.rejects, ...rejects] }
}
