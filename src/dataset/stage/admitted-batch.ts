import type { ClaimingRow } from '../../rollout/claim-rows.ts'
import { pieceCounts } from '../../rollout/conversation/fingerprint.ts'
import type { Message, RolloutRow } from '../../rollout/conversation/row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { StagedBatch, StagedRef } from './pool.ts'
import { PartRows } from './staged-rows.ts'
import type { StagedUnit } from './stager.ts'

/** A batch whose units are admitted one after the other; `Unit` is what whoever admits them keeps of each. */
export class AdmittedBatch<Unit = never> {
  readonly batch: StagedBatch
  /** The units that were, in their order. */
  readonly admitted: Unit[] = []
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
  next(): { ref: StagedRef; staged: StagedUnit; claiming: ClaimingRow[] } {
    const unit = this.batch.units[this.taken++]!
    const first = this.rows
    this.rows += unit.staged.rows.length
    const claiming = unit.staged.rows.map((row, i): ClaimingRow => {
      const load: ClaimingRow['load'] = columns => this.row(first + i, columns)
      const outline = () => this.outline(first + i)
      return { ...row, load, outline, pieces: () => row.pieces ?? pieceCounts(outline()) }
    })
    return { ...unit, claiming }
  }

  /** Whether all units were taken. */
  get isComplete(): boolean {
    return this.taken === this.batch.units.length
  }

  private row(index: number, columns: readonly string[]): RolloutRow {
    const { first, rows } = this.partOf(index)
    return rows.row(index - first, columns)
  }

  private outline(index: number): readonly Message[] {
    const { first, rows } = this.partOf(index)
    return rows.outline(index - first)
  }

  private partOf(index: number): { first: number; rows: PartRows } {
    return this.parts.findLast(part => part.first <= index)!
  }
}
