import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { UnitRef } from '../../rollout/find.ts'
import { type ClaimingRow, copyReason, pieceCounts, type RowPatch, type TraceIds } from '../../rollout/trace-ids.ts'
import type { StoreTypes } from '../../store-type.ts'
import { isOfTheSystem, systemReason } from '../../system-error.ts'
import type { Admitted } from '../store/writer.ts'
import type { StagedBatch } from './pool.ts'
import { PartRows } from './staged-rows.ts'
import type { StagedUnit } from './stager.ts'

/** A batch whose units are admitted one after the other. */
export class AdmittedBatch {
  readonly batch: StagedBatch
  /** The units that were, in their order. */
  readonly admitted: Admitted[] = []
  private readonly types: StoreTypes | null
  private readonly parts: { first: number; rows: PartRows }[] = []
  private taken = 0
  private rows = 0 // of the units that were taken

  constructor(batch: StagedBatch, types: StoreTypes | null) {
    this.batch = batch
    this.types = types
    let first = 0
    for (const part of batch.parts) {
      this.parts.push({ first, rows: new PartRows(part, this.types) })
      first += part.rows
    }
  }

  /** The next unit, and its rows as they claim their ids. */
  next(): { ref: UnitRef; staged: StagedUnit; claiming: ClaimingRow[] } {
    const unit = this.batch.units[this.taken++]!
    const first = this.rows
    this.rows += unit.staged.rows.length
    const claiming = unit.staged.rows.map((row, i): ClaimingRow => {
      const load: ClaimingRow['load'] = columns => this.row(first + i, columns)
      return { ...row, load, pieces: () => row.pieces ?? pieceCounts(load(['messages']).messages) }
    })
    return { ...unit, claiming }
  }

  /** Whether all units were taken. */
  get isComplete(): boolean {
    return this.taken === this.batch.units.length
  }

  private row(index: number, columns: readonly string[]): RolloutRow {
    const { first, rows } = this.parts.findLast(part => part.first <= index)!
    return rows.row(index - first, columns)
  }
}

/** What becomes of a row that claims its id; null: it stays as it is. What goes wrong with it costs this row alone. */
export function settledOrLost(
  ids: TraceIds | null,
  row: ClaimingRow,
  owner: { key: string },
  replayed: { emitted: number; merged: number },
): { patch: RowPatch } | { lost: string } | null {
  try {
    const settled = ids?.settle(row, owner, replayed) ?? null
    return settled !== null && 'copyOf' in settled ? { lost: copyReason(settled.copyOf) } : settled
  } catch (error) {
    if (isOfTheSystem(error)) throw error
    return { lost: `Cannot tell row ${row.trace_id} from others: ${systemReason(error)}` }
  }
}
