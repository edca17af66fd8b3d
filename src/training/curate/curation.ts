import { join } from 'node:path'
import type { KnownValues } from '../../redact/known-values.ts'
import type { Redaction } from '../../redact/redaction.ts'
import type { Outcome, Row } from '../../row.ts'
import type { Conversation } from '../conversation.ts'
import type { GitHistory } from '../outcome/git-history.ts'
import { signalsOf } from '../outcome/signals.ts'
import { keyOf, type Split } from '../split.ts'
import { Spool } from '../spool.ts'
import type { ApplyFilters } from './apply-filters.ts'
import type { Contamination } from './contamination.ts'
import { DisjointSets } from './disjoint-sets.ts'
import { allWords, ownWords, taskOf } from './facts.ts'
import { decideFates, type Fates } from './fates.ts'
import { sketchOf } from './minhash.ts'
import { NearDuplicates } from './near-duplicates.ts'
import { redactedOr } from './redacted-or.ts'
import { RowTable } from './row-table.ts'

/** What is looked at before any row is written. */
export type CurationOptions = {
  folder: string // where what does not fit into memory lies for a while
  redaction: Redaction | null
  threshold: number | null // from where on rows are near-duplicates; null: nobody asks
  isDeduped: boolean
  contamination: Contamination | null
  filter: ApplyFilters | null
  perTask: number | null
  perProject: number | null
  split: Split
  before: ReadonlyMap<number, string> // splits of an earlier export by key of the trace id
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
 * be known of all rows at once is some hundred bytes a row.
 */
export class Curation {
  private readonly options: CurationOptions
  private readonly spool: Spool
  private readonly near: NearDuplicates | null
  private readonly table = new RowTable()
  private readonly relatives = new DisjointSets()
  private readonly holders = new Map<number, number>() // key of an id → a row that has it
  private readonly dropped = new Map<number, string>()
  private fates: Fates | null = null
  private wasRead = false

  constructor(options: CurationOptions) {
    this.options = options
    this.spool = new Spool(join(options.folder, '.rows.tmp'))
    this.near = options.threshold === null ? null : new NearDuplicates(join(options.folder, '.sketches.tmp'), options.threshold)
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
    this.relate(number, [id, row['root_session_id'], row['parent_trace_id']])
    if (!isRead) return
    const reason = contamination?.reason(allWords(conversation), repositoriesOf(row)) ?? filter?.(conversation, signals!) ?? null
    if (reason !== null) this.dropped.set(number, reason)
    else {
      const sketch = this.near === null ? null : sketchOf(words)
      if (sketch !== null) this.near!.add(number, sketch)
    }
  }

  /** Everything that was taken in, in its order, with what becomes of it. */
  async *rows(): AsyncIterable<Curated> {
    const { redaction } = this.options
    const { table, relatives, dropped } = this
    this.fates ??= decideFates({
      ...this.options,
      table,
      relatives,
      dropped,
      groups: this.near?.groups() ?? [],
      areNear: (a, b) => this.near!.areNear(a, b),
    })
    const families = redaction === null ? null : this.families()
    const isCounted = !this.wasRead
    this.wasRead = true
    let number = 0
    let last: { family: number; known: KnownValues | null } = { family: -1, known: null }
    for await (const outcome of this.spool.read()) {
      if ('reject' in outcome) {
        yield { outcome, dropped: null, split: null, known: null }
        continue
      }
      const family = relatives.find(number)
      if (family !== last.family) last = { family, known: families === null ? null : redaction!.known(families.get(family) ?? [number]) }
      const { known } = last
      const made =
        known === null ? outcome : redactedOr(outcome.row, number, row => redaction!.replace(row, number, known, { isCounted }), redaction!)
      yield { outcome: made, dropped: this.fates.dropped.get(number) ?? null, split: this.fates.splits?.get(number) ?? null, known }
      number++
    }
  }

  /** Take away what was put aside. */
  close(): void {
    this.spool.close()
    this.near?.close()
  }

  private relate(number: number, ids: readonly unknown[]): void {
    for (const id of ids) {
      if (typeof id !== 'string') continue
      const key = keyOf(id)
      const holder = this.holders.get(key)
      if (holder === undefined) this.holders.set(key, number)
      else this.relatives.join(holder, number)
    }
  }

  /** Rows of a lineage by the first of them, where there are several. */
  private families(): Map<number, number[]> {
    const families = this.relatives.groups(this.table.size).filter(rows => rows.length > 1)
    return new Map(families.map(rows => [rows[0]!, rows]))
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
