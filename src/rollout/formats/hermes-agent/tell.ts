import { isNumber, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { Conversation, MessageFacts } from '../../conversation/conversation.ts'
import { OpenCalls } from '../../conversation/open-calls.ts'
import type { Boundary, Fidelity } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Ledger } from '../../log/ledger.ts'
import { callsOf } from './calls.ts'
import { blocksOf } from './content.ts'
import { contentOf, type Entry, openingOf } from './entry.ts'
import { authorOf, isCutReply } from './harness.ts'
import type { Step } from './paths.ts'
import { reasoningOf } from './reasoning.ts'
import { isRedacted } from './redaction.ts'
import { isoTime } from './time.ts'
import { factsOfTool, isCutShort } from './tool-result.ts'

/** Puts the messages of a path into a conversation, whatever store they come from. */
export class Teller {
  private readonly conversation: Conversation
  private readonly ledger: Ledger
  private readonly asSent: boolean
  private readonly isDelegate: boolean
  private readonly adopted = new Map<Entry, (string | null)[]>() // ids that calls without one take from their results
  private readonly callsOfId = new Map<string, OpenCalls<Called>>()
  private callsOfTurn = new OpenCalls<Called>() // of the last that made any
  private segments = 0
  private model: string | null = null
  private pending: Boundary | null = null
  private systemPrompt: string | null = null
  truncatedResults = 0

  constructor(conversation: Conversation, ledger: Ledger, options: { asSent: boolean; isDelegate: boolean; systemPrompt: string | null }) {
    this.conversation = conversation
    this.ledger = ledger
    this.asSent = options.asSent
    this.isDelegate = options.isDelegate
    this.systemPrompt = options.systemPrompt
    if (options.systemPrompt !== null) conversation.say('system', [textBlock(options.systemPrompt)], [])
  }

  /** What the dialogue says of the row's completeness. */
  get fidelity(): Partial<Fidelity> {
    return { truncated_results: this.truncatedResults }
  }

  tell(steps: readonly Step[]): void {
    this.adoptIds(steps)
    for (const step of steps) this.take(step)
  }

  private take({ entry, boundary, replay }: Step): void {
    const { record, place } = entry
    if (boundary !== null) this.pending = boundary
    switch (record['role']) {
      case 'session_meta':
        this.beginSegment(entry)
        break
      case 'user':
        this.cut()
        this.conversation.say('user', this.blocks(record), place, this.facts(record, replay))
        break
      case 'system':
      case 'developer':
        this.system(entry, replay)
        break
      case 'assistant':
        this.assistant(entry, replay)
        break
      case 'tool':
      case 'function':
        this.toolResult(entry, replay)
        break
      default:
        this.conversation.diagnose('unknown_role', place, record['role'] ?? null)
        this.ledger.unknown(place, stringOrNull(record['role']) ?? 'no role', null)
    }
  }

  /** A `session_meta` row opens the log; another one says that the session started anew. */
  private beginSegment({ record, place }: Entry): void {
    if (++this.segments > 1 && !this.conversation.isEmpty) this.pending = 'reset'
    this.model = stringOrNull(record['model']) ?? this.model
    this.ledger.settle(place, 'metadata', 'session settings')
  }

  private system({ record, place }: Entry, replay: boolean): void {
    if (contentOf(record) === this.systemPrompt) {
      this.ledger.settle(place, 'metadata', 'the system prompt again')
      return
    }
    this.cut()
    this.conversation.say('system', this.blocks(record), place, { ...this.facts(record, replay), origin: 'harness' })
  }

  private assistant(entry: Entry, replay: boolean): void {
    const { record, place } = entry
    this.cut()
    const turn = this.conversation.respond(null, place, {
      ...this.facts(record, replay),
      model: stringOrNull(record['model']) ?? this.model,
    })
    const content = this.contentFor(record)
    const reasoning = reasoningOf(record, content)
    turn.think(reasoning.text, reasoning.kind)
    for (let i = 0; i < reasoning.encrypted; i++) turn.thinkHidden('encrypted')
    for (let i = 0; i < reasoning.redacted; i++) turn.thinkHidden('redacted')
    for (const block of blocksOf(reasoning.content ?? content)) turn.say(block)
    this.makeCalls(entry, turn)
  }

  private makeCalls(entry: Entry, turn: Turn): void {
    const calls = callsOf(entry)
    if (calls === null) this.conversation.diagnose('unreadable_calls', entry.place, entry.record['tool_calls'] ?? null)
    const adopted = this.adopted.get(entry) ?? []
    if (calls !== null && calls.length > 0) this.callsOfTurn = new OpenCalls()
    for (const [i, { id, name, args, wrapped }] of (calls ?? []).entries()) {
      const taken = id === null ? (adopted[i] ?? null) : null
      if (taken !== null) this.conversation.diagnose('call_without_id', entry.place, { adopted: taken, name })
      if (wrapped) this.conversation.diagnose('arguments_not_an_object', entry.place, { name })
      const stored = id ?? taken
      const call = { id: turn.call(stored, name, args, entry.place), isAnswered: false }
      this.callsOfTurn.add(call, entry)
      if (stored !== null) this.callsWith(stored).add(call, entry)
    }
  }

  private callsWith(stored: string): OpenCalls<Called> {
    const calls = this.callsOfId.get(stored) ?? new OpenCalls<Called>()
    this.callsOfId.set(stored, calls)
    return calls
  }

  private toolResult({ record, place }: Entry, replay: boolean): void {
    const stored = stringOrNull(record['tool_call_id'])
    // Without an id a result belongs to the first call of the last turn that waits for one.
    const calls = stored === null ? this.callsOfTurn : this.callsOfId.get(stored)
    const call = calls?.open(({ isAnswered }) => isAnswered) ?? (stored === null ? null : calls?.last) ?? null
    if (stored === null) this.conversation.diagnose('result_without_id', place, { matched: call?.id ?? null })
    if (call !== null) call.isAnswered = true
    if (isCutShort(openingOf(record))) this.truncatedResults++
    const facts = { ...this.facts(record, replay), origin: 'tool' as const, ...factsOfTool(record) }
    this.conversation.result(call?.id ?? stored ?? '', this.blocks(record), place, facts)
  }

  /** Calls without an id are known by the ids of the results that follow them, in order, where those name no other call. */
  private adoptIds(steps: readonly Step[]): void {
    steps.forEach(({ entry }, at) => {
      if (entry.record['role'] !== 'assistant') return
      const calls = callsOf(entry) ?? []
      if (calls.every(call => call.id !== null)) return
      const named = new Set(calls.map(({ id }) => id))
      const results: string[] = []
      for (let i = at + 1; steps[i]?.entry.record['role'] === 'tool'; i++) {
        const id = stringOrNull(steps[i]!.entry.record['tool_call_id'])
        if (id !== null && !named.has(id)) results.push(id)
      }
      let next = 0
      this.adopted.set(
        entry,
        calls.map(({ id }) => (id === null ? (results[next++] ?? null) : null)),
      )
    })
  }

  private facts(record: JsonObject, replay: boolean): MessageFacts {
    const { origin, harness, note } = authorOf(record)
    const extra: JsonObject = {
      ...keptOf(record),
      ...(harness === null ? {} : { harness }),
      ...(note === undefined ? {} : { harness_note: note }),
      ...(isRedacted(record) ? { redacted: true } : {}),
    }
    return {
      timestamp: isoTime(record['timestamp']),
      // Nobody types to a delegate: its task comes from the agent that started it.
      origin: origin === 'human' && this.isDelegate ? 'agent' : origin,
      replay,
      ...(origin === 'harness' || (record['role'] === 'assistant' && isCutReply(record)) ? { train: false } : {}),
      id: idOf(record),
      stop_reason: stringOrNull(record['finish_reason']),
      extra,
    }
  }

  private blocks(record: JsonObject) {
    return blocksOf(this.contentFor(record))
  }

  /** Newer stores keep what was really sent beside what is shown. */
  private contentFor(record: JsonObject) {
    const sent = this.asSent ? (record['api_content'] ?? null) : null
    return sent === null || sent === '' ? contentOf(record) : contentOf({ content: sent })
  }

  private cut(): void {
    if (this.pending !== null) this.conversation.cut(this.pending)
    this.pending = null
  }
}

type Called = { id: string; isAnswered: boolean }

/** Keys that are told elsewhere in the row, or that only the provider can read. */
const TOLD = new Set(
  `role content id message_id session_id timestamp tool_calls tool_call_id finish_reason reasoning reasoning_content reasoning_details
  codex_reasoning_items codex_message_items anthropic_content_blocks bedrock_content_blocks active compacted api_content model name tool_name`.split(
    /\s+/,
  ),
)

function keptOf(record: JsonObject): JsonObject {
  const tool = record['tool_name'] ?? record['name'] ?? null
  const kept = Object.entries(record).filter(([key, value]) => !TOLD.has(key) && value !== null && value !== '' && !isUnset(key, value))
  return { ...(tool === null ? {} : { tool_name: tool }), ...Object.fromEntries(kept) }
}

function isUnset(key: string, value: unknown): boolean {
  return (value === 0 || value === false) && (key.startsWith('_') || key === 'observed' || key === 'token_count')
}

function idOf(record: JsonObject): string | null {
  const id = record['id'] ?? record['message_id'] ?? record['platform_message_id'] ?? null
  return isNumber(id) ? String(id) : stringOrNull(id)
}
