import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { filesOf } from '../dataset/dataset-files.ts'
import { readAgain, storeChanged } from '../dataset/store/read-again.ts'
import { LabelBook } from '../labels/label-book.ts'
import type { Row } from '../row.ts'
import { titleOf } from '../view/session-labels.ts'
import { sessionView } from '../view/session-view.ts'
import { visible, visibleLine } from '../visible.ts'
import type { ChildCard, SaidLabel } from './api.ts'
import { type Indexed, type Said, SessionIndex, saidBy } from './session-index.ts'
import { ItemPages } from './session-page.ts'
import { currentSource, type FoundSource } from './sources.ts'

/** A session that was read: its row, and its items as pages. */
export type OpenSession = { row: Row; pages: ItemPages; indexed: Indexed }

/** Sessions that are held once they were read: people go back and forth. */
const HELD = 8

/** A source with what is held of it. What is held is of one version, and is made anew for another. */
export class OpenSource {
  readonly found: FoundSource
  private readonly open: typeof openRowFiles
  private held: { version: string; index: Promise<SessionIndex>; sessions: Map<string, Promise<OpenSession | null>> } | null = null
  private heldLabels: { version: string; labels: SaidLabel[]; said: Said } | null = null

  /** What people say of it; null where nothing can be said. */
  readonly book: LabelBook | null

  /** `open`: how its rows are opened. */
  constructor(found: FoundSource, open = openRowFiles) {
    this.found = found
    this.open = open
    const known = { number: (id: string) => this.numberOf(id), row: (id: string) => this.heldRow(id) }
    this.book = found.kind === 'store' ? new LabelBook(found.path, known) : null
  }

  /** Which state it is in. */
  get version(): string {
    return currentSource(this.found).version
  }

  /** What lists are made of. */
  async index(): Promise<{ index: SessionIndex; version: string }> {
    return readAgain(this.found.path, () => this.indexNow())
  }

  private async indexNow(): Promise<{ index: SessionIndex; version: string }> {
    const { version } = this
    const held = this.holding(version)
    try {
      this.loaded = await held.index
      return { index: this.loaded, version }
    } catch (error) {
      if (this.held === held) this.held = null // it may be read the next time
      throw error
    }
  }

  /** Labels that stand, and what they say of sessions as a whole. */
  labels(): { labels: SaidLabel[]; said: Said } {
    const version = currentSource(this.found).labels_version
    if (this.heldLabels?.version !== version) {
      const labels = this.book?.all() ?? []
      this.heldLabels = { version, labels: labels.map(asShown), said: saidBy(labels) }
    }
    return this.heldLabels
  }

  /** What stands of one session. */
  labelsOf(traceId: string): SaidLabel[] {
    return (this.book?.of(traceId) ?? []).map(asShown)
  }

  private loaded: SessionIndex | null = null

  /** Who labels has looked at the list before. */
  private numberOf(traceId: string): number | null {
    return this.loaded?.byId.get(traceId)?.number ?? null
  }

  private async heldRow(traceId: string): Promise<Row | null> {
    return (await this.held?.sessions.get(traceId)?.catch(() => null))?.row ?? null
  }

  /** A session; null where there is none of this id. */
  async session(traceId: string): Promise<OpenSession | null> {
    return readAgain(this.found.path, () => this.sessionNow(traceId))
  }

  private async sessionNow(traceId: string): Promise<OpenSession | null> {
    const { index, version } = await this.index()
    const { sessions } = this.holding(version)
    const known = sessions.get(traceId) ?? this.read(index, traceId)
    sessions.delete(traceId)
    sessions.set(traceId, known)
    if (sessions.size > HELD) sessions.delete(sessions.keys().next().value!)
    known.catch(() => sessions.delete(traceId))
    return known
  }

  private holding(version: string): NonNullable<OpenSource['held']> {
    if (this.held?.version !== version) this.held = { version, index: SessionIndex.load(this.found.path), sessions: new Map() }
    return this.held
  }

  private async read(index: SessionIndex, traceId: string): Promise<OpenSession | null> {
    const indexed = index.byId.get(traceId)
    if (indexed === undefined) return null
    const { files, types, counts } = filesOf(this.found.path)
    const rows = await this.open(files, { types, counts })
    using _rows = closing(rows)
    if (indexed.number >= rows.size) throw storeChanged(this.found.path)
    const row = await rows.read(indexed.number)
    if (row['trace_id'] !== traceId) throw storeChanged(this.found.path)
    const family = index.childrenOf(traceId).map(standIn)
    return { row, pages: new ItemPages(sessionView(row, family), view => cardOf(index, view.trace_id, titleOf(view))), indexed }
  }
}

/** An agent stands at the call that spawned it, a path where it left: for that no row of theirs need be read. */
function standIn({ facts }: Indexed): Row {
  const { trace_id, parent_trace_id, relation, spawn_tool_call_id, repeated, started_at } = facts
  const message_meta = [...Array.from({ length: repeated }, () => REPEATED), ...(facts.message_count > 0 ? [OWN] : [])]
  const at = started_at === null ? null : new Date(started_at).toISOString()
  return { trace_id, parent_trace_id, relation, spawn_tool_call_id, started_at: at, messages: [], message_meta }
}

const [REPEATED, OWN] = [{ replay: true }, { replay: false }]

function asShown({ at, by, trace_id, message, name, value }: SaidLabel): SaidLabel {
  return { at, by: visibleLine(by), trace_id, message, name: visibleLine(name), value: visible(value) }
}

/** What is told of a session within another. */
function cardOf(index: SessionIndex, traceId: string, title: string): ChildCard {
  const facts = index.byId.get(traceId)?.facts
  return {
    trace_id: traceId,
    relation: visibleLine(facts?.relation ?? 'session'),
    title: visibleLine(facts?.first_prompt?.split('\n', 1)[0] ?? title),
    answer: facts?.final_message == null ? null : visibleLine(facts.final_message),
    models: facts?.models.map(visibleLine) ?? [],
    calls: Number(facts?.tool_calls ?? 0),
    failures: Number(facts?.errors ?? 0),
    messages: Number(facts?.message_count ?? 0),
  }
}
