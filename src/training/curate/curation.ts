import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { NumberLookup } from '../../disk/number-lookup.ts'
import type { KnownValues } from '../../redact/known-values.ts'
import type { Redaction } from '../../redact/redaction.ts'
import type { Outcome, Row } from '../../row.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { GitHistory } from '../outcome/git-history.ts'
import { signalsOf } from '../outcome/signals.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { Spool } from '../scratch/spool.ts'
import type { ApplyFilters } from './apply-filters.ts'
import type { Contamination } from './contamination.ts'
import { allWords, ownWords, taskOf } from './facts.ts'
import { Families } from './families.ts'
import { decideFates, type Fates } from './fates.ts'
import { sketchOf } from './minhash.ts'
import { NearDuplicates } from './near-duplicates.ts'
import { NearVectors } from './near-vectors.ts'
import { redactedOr } from './redacted-or.ts'
import { RowTable } from './row-table.ts'
import { RowTexts } from './row-texts.ts'
import { keyOf, type Split } from './split.ts'
import { VectorColumn } from './vector-column.ts'

/** What is looked at before any row is written. */
export type CurationOptions = {
  folder: string // where the rows lie for a while
  scratch: Scratch // and what is known of all of them
  redaction: Redaction | null
  threshold: number | null // from where on rows are near-duplicates; null: nobody asks
  isDeduped: boolean
  byColumn: string | null // whose vectors are compared; null: words are
  contamination: Contamination | null
  filter: ApplyFilters | null
  perTask: number | null
  perProject: number | null
  split: Split
  before: NumberLookup | null // splits of an earlier export by key of the trace id: places in the names of the split
  git: GitHistory | null
  read(row: Row, number: number): Conversation | { reason: string }
}

/** A row with what becomes of it. */
export type Curated = {
  outcome: Outcome
  dropped: string | null
  split: string | null
  known: KnownValues | null // what was redacted in its lineage, which must stand nowhere in what is written
}

/**
 * Looks at all rows once and keeps them in a file, redacted as far as they can be by themselves; then gives each with its fate. What has to
 * be known of all rows at once lies on disk where it does not fit into memory.
 */
export class Curation {
  private readonly options: CurationOptions
  private readonly spool: Spool
  private readonly near: NearDuplicates | NearVectors | null
  private readonly vectors: VectorColumn | null
  private readonly table: RowTable
  private readonly families: Families
  private readonly dropped: RowTexts
  private fates: Fates | null = null
  private wasRead = false

  constructor(options: CurationOptions) {
    this.options = options
    const { scratch } = options
    this.spool = new Spool(join(options.folder, '.rows.tmp'))
    const { threshold, byColumn } = options
    this.near = threshold === null ? null : byColumn === null ? new NearDuplicates(scratch, threshold) : new NearVectors(scratch, threshold)
    this.vectors = this.near instanceof NearVectors ? new VectorColumn(byColumn!, this.near) : null
    this.table = new RowTable(scratch)
    this.families = new Families(scratch)
    this.dropped = new RowTexts(scratch)
  }

  /** Take in what was read. */
  add(outcome: Outcome): void {
    if ('reject' in outcome) {
      const { at, reason } = outcome.reject
      const { redaction } = this.options
      this.spool.add(
        redaction === null ? outcome : { reject: { ...outcome.reject, at: redaction.plain(at), reason: redaction.plain(reason) } },
      )
      return
    }
    const { redaction, contamination, filter } = this.options
    const number = this.table.size
    const made = redaction === null ? outcome : redactedOr(outcome.row, number, row => redaction.find(row, number), redaction)
    this.spool.add(made)
    if ('reject' in made) return
    const { row } = made
    const conversation = this.options.read(row, number + 1)
    const isRead = !('reason' in conversation)
    const id = isRead ? conversation.traceId : `row-${number + 1}`
    const signals = isRead ? signalsOf(conversation, this.options.git) : null
    const words = isRead ? ownWords(conversation) : []
    const started = Date.parse(String(row['started_at']))
    this.table.add({
      id: keyOf(id),
      time: Number.isNaN(started) ? Number.POSITIVE_INFINITY : started,
      words: words.reduce((sum, text) => sum + text.length, 0),
      task: keyOf(isRead ? taskOf(conversation) : id),
      project: keyOf(String(row['project_path'] ?? row['cwd'] ?? id)),
      merit: typeof signals?.reward?.value === 'number' ? signals.reward.value : signals?.tests_passed?.value === true ? 1 : 0,
      lineage: keyOf(isRead ? conversation.lineage : id),
    })
    for (const one of [id, row['root_session_id'], row['parent_trace_id']])
      if (typeof one === 'string') this.families.add(number, keyOf(one))
    if (!isRead) return
    const reason = contamination?.reason(allWords(conversation), repositoriesOf(row)) ?? filter?.(conversation, signals!) ?? null
    const unlike = reason ?? this.compared(number, row, words)
    if (unlike !== null) this.dropped.set(number, unlike)
  }

  /** Enter a row among those that are compared; why it cannot be, else null. */
  private compared(number: number, row: Row, words: readonly string[]): string | null {
    if (this.vectors !== null) return this.vectors.add(number, row)
    const sketch = this.near === null ? null : sketchOf(words)
    if (sketch !== null) (this.near as NearDuplicates).add(number, sketch)
    return null
  }

  /** Everything that was taken in, in its order, with what becomes of it. */
  async *rows(): AsyncIterable<Curated> {
    const { redaction } = this.options
    const { families } = this
    this.fates ??= this.decided()
    const { dropped, splits } = this.fates
    const isCounted = !this.wasRead
    this.wasRead = true
    let number = 0
    let last: { family: number; known: KnownValues | null } = { family: -1, known: null }
    for await (const outcome of this.spool.read()) {
      if ('reject' in outcome) {
        yield { outcome, dropped: null, split: null, known: null }
        continue
      }
      const family = families.of(number)
      if (family !== last.family) last = { family, known: redaction?.known(families.rows(family).sort((a, b) => a - b)) ?? null }
      const { known } = last
      const made =
        known === null ? outcome : redactedOr(outcome.row, number, row => redaction!.replace(row, number, known, { isCounted }), redaction!)
      yield { outcome: made, dropped: dropped.get(number), split: splits?.get(number) ?? null, known }
      number++
    }
  }

  /** Take away what was put aside. */
  [Symbol.dispose](): void {
    this.spool[Symbol.dispose]()
    this.fates?.splits?.[Symbol.dispose]()
    const { before, contamination, redaction, scratch } = this.options
    for (const part of [this.near, this.table, this.families, this.dropped, before, contamination, redaction]) part?.[Symbol.dispose]()
    rmSync(scratch.folder, { recursive: true, force: true })
  }

  private decided(): Fates {
    const { near, table, families, dropped } = this
    this.vectors?.refuseNone()
    families.settle(table)
    return decideFates({
      ...this.options,
      table,
      families,
      dropped,
      groups: () => near?.groups() ?? [],
      areNear: (a, b) => near!.areNear(a, b),
    })
  }
}

/** Where a row says which repository and commit it is about. */
function repositoriesOf(row: Row): string[] {
  return [
    row['project_path'],
    row['cwd'],
    JSON.stringify(row['source_meta'] ?? null, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  ].filter(text => typeof text === 'string')
}
