import type { StoreChanges } from '../../codec/store-value.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import { admittedLedger, TraceIds } from '../../rollout/trace-ids.ts'
import type { Reject } from '../../row.ts'
import { type AdmittedBatch, settledOrLost } from '../stage/admitted-batch.ts'
import type { RowFate } from '../stage/staged-rows.ts'
import type { StagedUnit } from '../stage/stager.ts'
import type { Entry, IndexedRow } from './entries.ts'
import { type FileState, guardOf, statesOf } from './files.ts'
import type { Planned } from './plan.ts'
import type { StoreWriter } from './writer.ts'

/** A unit that was let in: its rows as the index has them, and what is told of it. */
export type AdmittedUnit = { entry: Entry; ledger: LedgerSummary; rejects: Reject[] }

/** A time at which no file was changed: it makes a log differ from what it is. */
const NEVER = -1

/** Lets the units of a store claim ids for their rows, in their order, and says what becomes of each row. */
export class Admission {
  private readonly ids: TraceIds | null
  private readonly entries: ReadonlyMap<string, Entry>
  private readonly writer: StoreWriter
  private readonly changes: StoreChanges
  private logPaths: Set<string> | null = null

  /** `entries`: what the store knows. With `keepsIds` rows keep the ids they came with, whoever else has them. */
  constructor(store: { entries: ReadonlyMap<string, Entry>; writer: StoreWriter; changes: StoreChanges; keepsIds: boolean }) {
    this.ids = store.keepsIds ? null : new TraceIds()
    this.entries = store.entries
    this.writer = store.writer
    this.changes = store.changes
  }

  /** Ids that rows have claimed so far; more are added to it. */
  get taken(): readonly string[] {
    return this.ids?.claimed ?? []
  }

  /** Let a unit that was not parsed claim its ids; whether its stored rows are still right. */
  reclaim(planned: Planned): boolean {
    const { ids } = this
    const entry = this.entries.get(planned.id)
    if (entry === undefined || ids === null) return true
    let isRight = true
    for (const row of entry.rows) {
      const owner = { key: planned.key }
      // What was not looked for keeps its name, whoever comes now.
      const id = planned.ref === null && !planned.isGone ? row.stored : row.id
      if (id === null) continue
      const claim = ids.claim(id, row.print, owner)
      const stored = claim.as === 'first' ? id : claim.as === 'other' ? claim.id : null
      if (stored === row.stored && (stored === null || ids.parentName(row.parent, owner) === row.linked)) continue
      // A log that is gone cannot be read again: its row gives way to one that says the same, or takes another name.
      if (planned.isGone && stored !== row.stored && row.stored !== null) this.writer.rename(planned.id, row, stored)
      isRight = false
    }
    return isRight
  }

  /** Let in the next unit of a batch. */
  admit(planned: Planned, batch: AdmittedBatch): AdmittedUnit {
    const { ref, staged, claiming } = batch.next()
    const old = this.entries.get(planned.id) ?? null
    if (staged.failed && old !== null && old.rows.length > 0) return this.keep(planned, old, batch, staged)
    const kept = new Map(old?.rows.map(row => [`${row.stored} ${row.linked} ${row.content}`, row]))
    const rejects = [...staged.rejects]
    const rows: IndexedRow[] = []
    const fates: RowFate[] = []
    const replayed = { emitted: 0, merged: 0 }
    for (const [i, row] of staged.rows.entries()) {
      const { trace_id: id, print, content, parent, root } = row
      const indexed: IndexedRow = { id, stored: id, print, content, parent, linked: parent, root, shard: null }
      rows.push(indexed)
      const settled = settledOrLost(this.ids, claiming[i]!, { key: planned.key }, replayed)
      if (settled !== null && 'lost' in settled) {
        indexed.stored = null
        rejects.push({ at: planned.key, reason: settled.lost })
        fates.push('drop')
        continue
      }
      indexed.stored = settled?.patch.trace_id ?? id
      if (settled?.patch.parent_trace_id !== undefined) indexed.linked = settled.patch.parent_trace_id
      const same = kept.get(`${indexed.stored} ${indexed.linked} ${content}`)
      indexed.shard = same?.shard ?? null
      fates.push(same?.shard ? 'drop' : (settled?.patch ?? 'keep'))
    }
    const now = Date.now()
    const entry: Entry = {
      format: ref.format.name,
      version: ref.format.version,
      root: planned.root,
      key: planned.key,
      member: ref.unit.member ?? null,
      files: planned.files,
      others: statesOf(planned.root, this.dependenciesOf(staged)),
      absent: staged.absent,
      guard: guardOf(planned.root, planned.files, now),
      at: now,
      rows,
      rejects,
      gone: null,
    }
    batch.admitted.push({ id: planned.id, entry, fates })
    for (const change of ['replacedSurrogates', 'mistyped'] as const) this.changes[change] += staged.changes[change]
    const stored = rows.flatMap(row => row.stored ?? [])
    return { entry, ledger: admittedLedger(staged.ledger, stored, replayed), rejects }
  }

  /** A log that can no longer be read, for now or for ever, keeps the rows it has; the next run looks again. */
  private keep(planned: Planned, old: Entry, batch: AdmittedBatch, { rejects, rows, ledger }: StagedUnit): AdmittedUnit {
    this.reclaim(planned)
    const files = old.files.map(([path, size, , inode]) => [path, size, NEVER, inode] satisfies FileState)
    const entry: Entry = { ...old, files, rejects }
    batch.admitted.push({ id: planned.id, entry, fates: rows.map(() => 'drop') })
    return { entry, ledger: { ...ledger, rows: old.rows.flatMap(row => row.stored ?? []) }, rejects }
  }

  /** Files of others that a unit's rows depend on. Of what is shared by all only logs count: an index changes with every session. */
  private dependenciesOf({ reads, shared }: StagedUnit): string[] {
    this.logPaths ??= new Set([...this.entries.values()].flatMap(entry => entry.files.map(([path]) => path)))
    return [...new Set([...reads, ...shared.filter(path => this.logPaths!.has(path))])]
  }
}
