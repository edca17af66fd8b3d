import type { StoreChanges } from '../../codec/store-value.ts'
import { type ClaimingRow, Claims, type RowClaim } from '../../rollout/claim-rows.ts'
import type { TrainableTwice } from '../../rollout/copies.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import { admittedLedger } from '../../rollout/replayed.ts'
import type { Reject } from '../../row.ts'
import { factsWithout, type StoredFacts } from '../facts.ts'
import type { AdmittedBatch } from '../stage/admitted-batch.ts'
import type { RowFate } from '../stage/staged-rows.ts'
import type { StagedUnit } from '../stage/stager.ts'
import type { Entry, IndexedRow } from './entries.ts'
import { type FileState, guardOf, statesOf } from './files.ts'
import type { Planned, SeenFiles } from './plan.ts'
import { isSilent } from './silent.ts'
import type { Admitted, StoreWriter } from './writer.ts'

/** A unit that was let in: its rows as the index has them, and what is told of it. */
export type AdmittedUnit = { entry: Entry; ledger: LedgerSummary; rejects: Reject[] }

/** A time at which no file was changed: it makes a log differ from what it is. */
const NEVER = -1

/** Lets the units of a store claim ids for their rows, in their order, and says what becomes of each row. */
export class Admission {
  private readonly claims: Claims | null
  private readonly entries: ReadonlyMap<string, Entry>
  private readonly writer: StoreWriter
  private readonly changes: StoreChanges
  private logPaths: Set<string> | null = null

  /** `entries`: what the store knows. With `keepsIds` rows keep the ids they came with, whoever else has them. */
  constructor(store: { entries: ReadonlyMap<string, Entry>; writer: StoreWriter; changes: StoreChanges; keepsIds: boolean }) {
    this.claims = store.keepsIds ? null : new Claims()
    this.entries = store.entries
    this.writer = store.writer
    this.changes = store.changes
  }

  /** Ids that rows have claimed so far; more are added to it. */
  get taken(): readonly string[] {
    return this.claims?.claimed ?? []
  }

  /** Responses that may be trained on in more than one row of the store. */
  get trainableTwice(): TrainableTwice {
    return this.claims?.trainableTwice ?? { messages: 0, tokens: 0 }
  }

  /** Let the rows of a unit that is gone, or was not looked for, hold what they say, before others come: they cannot be changed. */
  hold(planned: Planned): void {
    for (const row of this.entries.get(planned.id)?.came.rows ?? [])
      if (row.stored !== null) this.claims?.holdAsStored({ ...claimOf(row), trace_id: row.stored, copied: row.copied ?? '' }, row.linked)
  }

  /** Let a unit that was not parsed claim its ids; whether its stored rows are still right. */
  reclaim(planned: Planned): boolean {
    const { claims } = this
    const entry = this.entries.get(planned.id)
    if (entry === undefined || claims === null) return true
    // What was not looked for keeps its name, whoever comes now.
    const isNamed = planned.ref === null && !planned.isGone
    const rows = entry.came.rows.flatMap(row => {
      const id = isNamed ? row.stored : row.id
      return id === null ? [] : [{ row, claim: { ...claimOf(row), trace_id: id } }]
    })
    const claimed = claims.reclaim(
      { key: planned.key },
      rows.map(({ claim }) => claim),
      { isHeld: planned.ref === null },
    )
    let isRight = true
    for (const [i, { row }] of rows.entries()) {
      const { stored, linked, copied } = claimed[i]!
      if (stored === row.stored && (stored === null || planned.ref === null || (linked === row.linked && copied === row.copied))) continue
      // A log that is gone cannot be read again: its row gives way to one that says the same, or takes another name.
      if (planned.isGone && row.stored !== null) this.writer.rename(planned.id, row, stored)
      isRight = false
    }
    return isRight
  }

  /** Let in the next unit of a batch. */
  admit(planned: Planned, batch: AdmittedBatch<Admitted>): AdmittedUnit {
    const { ref, staged, claiming } = batch.next()
    const old = this.entries.get(planned.id) ?? null
    if (staged.failed && old !== null && old.came.rows.length > 0) return this.keep(planned, old, batch, staged)
    const kept = new Map(old?.came.rows.map(row => [keptKey(row), row]))
    const claimed = this.claims?.claimRows({ key: planned.key }, claiming) ?? null
    const fates: RowFate[] = []
    const facts: StoredFacts[] = []
    const rows = staged.rows.map(({ trace_id: id, print, copies, content, parent, root }, i): IndexedRow => {
      const { fate, stored, linked, copied } = claimed?.rows[i] ?? { fate: 'keep', stored: id, linked: parent, copied: '' }
      const same = stored === null ? undefined : kept.get(keptKey({ stored, linked, copied, content }))
      const settled = same?.shard ? 'drop' : fate
      fates.push(settled)
      facts.push(factsAfter(staged.rows[i]!.facts!, settled, claiming[i]!))
      return { id, stored, print, content, parent, linked, copies, copied, root, shard: same?.shard ?? null }
    })
    const rejects = [...staged.rejects, ...(claimed?.rejects ?? [])]
    const { others, guard, at } = planned.seen ?? this.seen(planned, staged)
    const dependencies = new Set(this.dependenciesOf(staged))
    const reading = {
      format: ref.format.name,
      version: ref.format.version,
      root: planned.root,
      key: planned.key,
      member: ref.unit.member ?? null,
      files: planned.files,
      others: others.filter(([path]) => dependencies.has(path)),
      absent: staged.absent,
      guard,
      at,
      gone: null,
      isSilent: isSilent(planned, ref.format),
      isOld: false,
    }
    const entry: Entry = { reading, came: { rows, rejects } }
    batch.admitted.push({ id: planned.id, entry, fates, facts })
    for (const change of ['replacedSurrogates', 'mistyped'] as const) this.changes[change] += staged.changes[change]
    const stored = rows.flatMap(row => row.stored ?? [])
    return { entry, ledger: admittedLedger(staged.ledger, stored, claimed?.replayed), rejects }
  }

  /** A log that can no longer be read, for now or for ever, keeps the rows it has; the next run looks again. */
  private keep(planned: Planned, old: Entry, batch: AdmittedBatch<Admitted>, { rejects, rows, ledger }: StagedUnit): AdmittedUnit {
    this.reclaim(planned)
    const files = old.reading.files.map(([path, size, , inode]) => [path, size, NEVER, inode] satisfies FileState)
    const entry: Entry = { reading: { ...old.reading, files }, came: { rows: old.came.rows, rejects } }
    batch.admitted.push({ id: planned.id, entry, fates: rows.map(() => 'drop'), facts: rows.map(row => row.facts!) })
    return { entry, ledger: { ...ledger, rows: old.came.rows.flatMap(row => row.stored ?? []) }, rejects }
  }

  private seen(planned: Planned, staged: StagedUnit): SeenFiles {
    const at = Date.now()
    return { others: statesOf(planned.root, this.dependenciesOf(staged)), guard: guardOf(planned.root, planned.files, at), at }
  }

  /** Files of others that a unit's rows depend on. Of what is shared by all only logs count: an index changes with every session. */
  private dependenciesOf({ reads, shared }: StagedUnit): string[] {
    this.logPaths ??= new Set([...this.entries.values()].flatMap(entry => entry.reading.files.map(([path]) => path)))
    return [...new Set([...reads, ...shared.filter(path => this.logPaths!.has(path))])]
  }
}

/** The facts of a row as it is written. Only where its messages count otherwise than they came it is looked at again. */
function factsAfter(facts: StoredFacts, fate: RowFate, row: ClaimingRow): StoredFacts {
  if (typeof fate !== 'object') return facts
  const changed = (['trace_id', 'parent_trace_id', 'root_session_id', 'relation'] as const).filter(key => key in fate)
  const named = { ...facts, ...Object.fromEntries(changed.map(key => [key, fate[key]])) }
  const { message_meta, usage } = fate
  if (message_meta === undefined || usage === undefined) return named
  return factsWithout(named, { message_meta, usage }, row.outline(), () => row.load(['messages']).messages)
}

/** What a stored row is known by that may stay as it is. */
function keptKey({ stored, linked, copied, content }: Pick<IndexedRow, 'stored' | 'linked' | 'copied' | 'content'>): string {
  return `${stored} ${linked} ${copied} ${content}`
}

function claimOf({ id, parent, root, print, copies = '' }: IndexedRow): RowClaim {
  return { trace_id: id, parent, root, print, copies }
}
