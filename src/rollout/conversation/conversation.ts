import type { Json } from '../../json/json.ts'
import { drained, LongList } from '../../json/long-list.ts'
import type { Ledger, Place } from '../log/ledger.ts'
import { textOf } from './blocks.ts'
import type { Block, Boundary, Diagnostic, Fidelity, Message, MessageMeta, Origin, Usage } from './row.ts'
import { bounds } from './timestamps.ts'
import { type Call, type Item, type MessageFacts, type Result, Turn } from './turn.ts'
import { possibleUsage, sumUsage } from './usage.ts'

export type { MessageFacts } from './turn.ts'

/** What a finished conversation adds to a row. */
export type FinishedConversation = {
  /** As the column `messages` of a row. */
  messages: Message[]
  /** As the column `message_meta` of a row. */
  message_meta: MessageMeta[]
  /** As the column `diagnostics` of a row. */
  diagnostics: Diagnostic[]
  /** As the column `models` of a row. */
  models: string[]
  /** As the column `usage` of a row. */
  usage: Usage | null
  /** As `fidelity.reasoning` of a row. */
  reasoning: ReasoningKind
  /** As `fidelity.redacted_reasoning` of a row. */
  redacted_reasoning: number
  /** As the column `started_at` of a row. */
  started_at: string | null
  /** As the column `ended_at` of a row. */
  ended_at: string | null
  /** As the column `final_assistant_message` of a row. */
  final_assistant_message: string | null
}

/** How much of the reasoning a log shows. */
type ReasoningKind = Fidelity['reasoning']

/**
 * Puts a dialogue together so that it is valid by construction: a model response is one message however many records it was
 * written in, results follow their calls in call order, call ids are unique, and nothing is invented. What does not fit is moved
 * to the diagnostics. On `finish` every record that was given is settled in the ledger.
 */
export class Conversation {
  private readonly ledger: Ledger
  private readonly sourcePath: string
  private readonly items: Item[] = [] // that are no messages of the row yet
  private last: Item | null = null // that was begun
  private readonly messages = new LongList<Message>()
  private readonly meta = new LongList<MessageMeta>()
  private readonly turns = new Map<string, Turn>()
  private readonly calls = new Map<string, Call>() // by id
  private readonly renamed = new Map<string, number>() // by the id that comes again: the number of the next call so named
  private readonly waiting = new Map<string, Result[]>() // results that came before their call
  private readonly diagnostics: Diagnostic[] = []
  private readonly remarks: Diagnostic[] = [] // on messages of the row: they stand behind all else that was odd
  private readonly reasoningKinds = new Set<ReasoningKind>()
  private hiddenReasoning = 0
  private boundary: Boundary | null = null
  private cutBefore: Boundary | null = null // of responses without content, behind the last message of the row

  /** `sourcePath`: the root-relative file that most records come from; the others are named in `message_meta`. */
  constructor(ledger: Ledger, sourcePath: string) {
    this.ledger = ledger
    this.sourcePath = sourcePath
  }

  /** Whether nothing was said yet. */
  get isEmpty(): boolean {
    return this.last === null
  }

  /** Whether the last thing said is a model's turn. */
  get endsWithTurn(): boolean {
    return this.last !== null && this.last.turn !== null
  }

  /** A system or user message. */
  say(role: 'system' | 'user', content: Block[], place: Place | readonly Place[], facts: MessageFacts = {}): void {
    this.add({ role, content }, place, facts, role === 'system' ? 'harness' : 'human')
  }

  /** The model's turn with this key: begun, or taken up again. Null always begins one. */
  respond(key: string | null, place: Place, facts: MessageFacts = {}): Turn {
    const known = key === null ? undefined : this.turns.get(key)
    if (known !== undefined) {
      known.goOn(place, facts)
      return known
    }
    // A copy, for the turn adds to it.
    const item = this.add({ role: 'assistant', content: [] }, place, { ...facts }, 'model')
    const turn = new Turn(this, item)
    item.turn = turn
    if (key !== null) this.turns.set(key, turn)
    return turn
  }

  /** A tool's result. It goes behind the message that made the call, whenever it came. */
  result(callId: string, content: Block[], place: Place, facts: MessageFacts = {}): void {
    const result = { place, content, facts }
    const call = this.calls.get(callId)
    if (call !== undefined) call.turn.answer(call, result)
    else if (this.waiting.has(callId)) this.waiting.get(callId)!.push(result)
    else this.waiting.set(callId, [result])
  }

  /** The name under which a call of this id is known in the row, or null where no such call was made. */
  callId(id: string): string | null {
    return this.calls.has(id) ? id : null
  }

  /** The next message does not follow from the one before it. */
  cut(boundary: Boundary): void {
    this.boundary = boundary
  }

  /** Record something odd. */
  diagnose(code: string, place: Place | null, detail: Json = null): void {
    this.diagnostics.push(diagnosticOf(code, place, detail))
  }

  /** @internal A turn thought; what, the log may hide. */
  noteReasoning(kind: ReasoningKind, isHidden: boolean): void {
    this.reasoningKinds.add(kind)
    if (isHidden) this.hiddenReasoning++
  }

  /** @internal A record that a turn had no use for. */
  settleLeftOver(place: Place, reason: string): void {
    this.ledger.settle(place, 'metadata', reason)
  }

  /** @internal A name that no call has yet: this one, or it with a number behind it. */
  freeId(id: string): string {
    if (!this.calls.has(id)) return id
    let n = this.renamed.get(id) ?? 2
    while (this.calls.has(`${id}~${n}`)) n++
    this.renamed.set(id, n + 1)
    return `${id}~${n}`
  }

  /** @internal A turn registers its call; gives the results that were waiting for it. */
  claim(call: Call): readonly Result[] {
    this.calls.set(call.id, call)
    if (this.waiting.size === 0) return NO_RESULTS
    const results = this.waiting.get(call.id) ?? NO_RESULTS
    this.waiting.delete(call.id)
    return results
  }

  /**
   * Nothing that was said so far will be added to, but results of calls: it becomes messages of the row, up to a call that waits for one,
   * and what these were made of is let go. Of half a million messages it takes as much as they do.
   */
  settle(): void {
    if (this.turns.size > 0) this.turns.clear() // each table that is cleared holds the next one
    const open = this.items.findIndex(({ turn }) => turn?.calls.some(({ result }) => result === null))
    for (const item of this.items.splice(0, open < 0 ? this.items.length : open)) this.put(item)
  }

  /** The messages in order, and what is known of each. Settles the records; no more can be said then. */
  finish(): FinishedConversation {
    const { diagnostics, remarks } = this
    this.turns.clear()
    for (const item of drained(this.items)) this.put(item)
    const messages = this.messages.toArray()
    const message_meta = this.meta.toArray()
    for (const remark of remarks) diagnostics.push(remark)
    this.reportOrphans()
    return { messages, message_meta, diagnostics, ...this.totals(messages, message_meta) }
  }

  /** Make an item the next message of the row, and its results those behind it. */
  private put(item: Item): void {
    const { messages, meta } = this
    const { boundary, turn, message, facts, origin } = item
    const places = Array.isArray(item.places) ? item.places : [item.places]
    const cut = boundary ?? this.cutBefore
    this.cutBefore = cut
    if (turn?.isEmpty) {
      // The cut before a response that shows nothing is a cut before what comes next.
      for (const place of places) this.ledger.settle(place, 'metadata', 'response without content')
      return
    }
    const follows = turn !== null && messages.last?.role === 'assistant'
    messages.push(message)
    meta.push(this.metaOf(places, facts, origin, cut ?? (follows ? 'unrecorded' : null), facts.replay ?? false))
    this.cutBefore = null
    for (const { id, result } of turn?.calls ?? NO_CALLS) {
      if (result === null) continue
      messages.push({ role: 'tool', content: result.content, tool_call_id: id })
      meta.push(this.metaOf([result.place], result.facts, 'tool', null, result.facts.replay ?? facts.replay ?? false))
    }
  }

  private add(message: Message, place: Place | readonly Place[], facts: MessageFacts, origin: Origin): Item {
    const places = Array.isArray(place) ? [...(place as readonly Place[])] : (place as Place)
    const item = { places, message, facts, origin, boundary: this.boundary, turn: null }
    this.boundary = null
    this.last = item
    this.items.push(item)
    return item
  }

  private reportOrphans(): void {
    for (const [callId, results] of this.waiting)
      for (const { place, content } of results) {
        this.diagnose('orphan_result', place, { tool_call_id: callId, content })
        this.ledger.settle(place, 'metadata', 'result without a call')
      }
  }

  /** What is known of a message; its records are settled. */
  private metaOf(
    places: readonly Place[],
    facts: MessageFacts,
    byDefault: Origin,
    boundary: Boundary | null,
    isReplay: boolean,
  ): MessageMeta {
    const first = places[0]
    const origin = facts.origin ?? byDefault
    const meta: MessageMeta = {
      record: first?.line ?? null,
      timestamp: facts.timestamp ?? null,
      origin,
      train: origin === 'model' && !isReplay && facts.train !== false,
    }
    if (places.length > 1) meta.records = places.map(place => place.line)
    if (first !== undefined && first.file !== this.sourcePath) meta.file = first.file
    if (facts.is_error !== null && facts.is_error !== undefined) meta.is_error = facts.is_error
    if (boundary !== null) meta.boundary = boundary
    if (isReplay) meta.replay = true
    if (facts.id) meta.id = facts.id
    if (facts.model) meta.model = facts.model
    if (facts.stop_reason) meta.stop_reason = facts.stop_reason
    if (facts.usage) meta.usage = this.possible(facts.usage, first ?? null)
    if (facts.prompt_token_ids) meta.prompt_token_ids = facts.prompt_token_ids
    if (facts.completion_token_ids) meta.completion_token_ids = facts.completion_token_ids
    if (facts.logprobs) meta.logprobs = facts.logprobs
    if (facts.extra && Object.keys(facts.extra).length > 0) meta.extra = facts.extra
    for (let i = 0; i < places.length; i++) this.ledger.settle(places[i]!, isReplay ? 'replay' : i === 0 ? 'emitted' : 'merged')
    return meta
  }

  private possible(recorded: Usage, place: Place | null): Usage {
    const { usage, impossible } = possibleUsage(recorded)
    if (impossible !== null) this.remarks.push(diagnosticOf('impossible_usage', place, impossible))
    return usage
  }

  private totals(messages: Message[], meta: MessageMeta[]) {
    const models = new Set<string>()
    const usages: Usage[] = []
    for (const { model, origin, usage, replay } of meta) {
      if (model !== undefined && origin === 'model') models.add(model)
      if (usage !== undefined && !replay) usages.push(usage)
    }
    const { first, last } = bounds(meta.map(({ timestamp }) => timestamp))
    const final = messages.findLastIndex(
      (message, i) => meta[i]!.origin === 'model' && message.role === 'assistant' && textOf(message.content) !== '',
    )
    return {
      models: [...models],
      usage: sumUsage(usages),
      reasoning: REASONING_KINDS.findLast(kind => this.reasoningKinds.has(kind)) ?? ('none' as const),
      redacted_reasoning: this.hiddenReasoning,
      started_at: first,
      ended_at: last,
      final_assistant_message: final < 0 ? null : textOf(messages[final]!.content),
    }
  }
}

function diagnosticOf(code: string, place: Place | null, detail: Json): Diagnostic {
  return { code, at: place === null ? null : `${place.file}:${place.line}`, detail }
}

/** From the strongest to the weakest, 'none' aside. */
const REASONING_KINDS: ReasoningKind[] = ['full', 'summary', 'encrypted', 'redacted']

const NO_RESULTS: readonly Result[] = []
const NO_CALLS: readonly Call[] = []
