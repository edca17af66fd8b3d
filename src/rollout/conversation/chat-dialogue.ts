import type { JsonObject } from '../../json/json.ts'
import type { Ledger, Place } from '../log/ledger.ts'
import { textBlock } from './blocks.ts'
import { Conversation, type FinishedConversation, type MessageFacts } from './conversation.ts'
import { OpenCalls } from './open-calls.ts'
import type { Part } from './parts.ts'
import type { Block, Boundary, Origin } from './row.ts'
import type { Turn } from './turn.ts'
import { voiceOf } from './voice.ts'

/**
 * A dialogue in the terms of chat APIs, for agents that record it so: what a role says in pieces. It pairs results with calls by their
 * ids within what was said so far, since ids come again; a result without an id answers the first open call of the last turn.
 */
export class ChatDialogue {
  readonly conversation: Conversation
  private readonly ledger: Ledger
  private readonly owner: Origin
  private readonly made = new Map<string, OpenCalls<Made>>() // by the id in the log those of the last turn that has any
  private lastCalls = new OpenCalls<Made>() // of the last turn that has any
  private lastUnnamed = new OpenCalls<Made>() // of these those without an id in the log

  /** `sourcePath`: the file most records come from; `owner`: whose words the user's are where nothing speaks against it. */
  constructor(ledger: Ledger, sourcePath: string, owner: Origin = 'human') {
    this.ledger = ledger
    this.conversation = new Conversation(ledger, sourcePath)
    this.owner = owner
  }

  /** The next message does not follow from the one before it. */
  cut(boundary: Boundary): void {
    if (!this.conversation.isEmpty) this.conversation.cut(boundary)
  }

  /** Instructions. */
  instruct(blocks: readonly Block[], place: Place | readonly Place[], facts: MessageFacts = {}): void {
    if (blocks.length > 0) this.conversation.say('system', [...blocks], place, facts)
    else for (const one of Array.isArray(place) ? (place as readonly Place[]) : [place as Place]) this.settleEmpty(one)
  }

  /** What the harness puts in the place of all that was said before. */
  summarize(text: string, place: Place, facts: MessageFacts = {}): void {
    this.cut('compaction')
    this.conversation.say('user', [textBlock(text)], place, { ...facts, origin: 'harness', extra: { harness: 'compaction' } })
  }

  /** A message in the user's role: results of tools in it go to their calls. Facts that name an origin decide whose it is. */
  hear(parts: readonly Part[], place: Place, facts: MessageFacts = {}): void {
    for (const part of parts) if (part.is === 'result') this.answer(part, place, facts)
    const blocks = parts.flatMap(part => (part.is === 'block' ? [part.block] : []))
    if (blocks.length === 0) {
      if (!parts.some(part => part.is === 'result')) this.settleEmpty(place)
      return
    }
    const voice = facts.origin === undefined ? voiceOf(blocks, this.owner) : null
    if (voice?.boundary) this.cut(voice.boundary)
    this.conversation.say('user', voice?.content ?? blocks, place, {
      ...facts,
      ...(voice === null ? {} : { origin: voice.origin, extra: { ...facts.extra, ...voice.extra } }),
    })
  }

  /** What a model says; `key` names a response that is written in several records. */
  respond(parts: readonly Part[], place: Place, facts: MessageFacts = {}, key: string | null = null): Turn {
    const turn = this.conversation.respond(key, place, facts)
    for (const part of parts) this.add(turn, part, place, facts)
    return turn
  }

  /** A further piece of a turn. */
  add(turn: Turn, part: Part, place: Place, facts: MessageFacts = {}): void {
    if (part.is === 'block') turn.say(part.block)
    else if (part.is === 'thought') turn.think(part.text, part.kind)
    else if (part.is === 'hidden') turn.thinkHidden(part.kind)
    else if (part.is === 'call') this.call(turn, part, place)
    else this.answer(part, place, facts)
  }

  /** What a tool gave back. */
  answer(part: Pick<Extract<Part, { is: 'result' }>, 'id' | 'content' | 'isError'>, place: Place, facts: MessageFacts = {}): void {
    const call = this.callOf(part.id)
    if (call !== null) call.isAnswered = true
    if (part.id === null) this.conversation.diagnose('result_without_id', place, { matched: call?.id ?? null })
    const { usage: _usage, model: _model, stop_reason: _stop, ...rest } = facts
    this.conversation.result(call?.id ?? part.id ?? '', part.content, place, {
      ...rest,
      origin: 'tool',
      is_error: part.isError ?? facts.is_error ?? null,
    })
  }

  /** The id that a call has in the row; null where no call of that id was made. */
  idOf(stored: string): string | null {
    return this.made.get(stored)?.last?.id ?? null
  }

  /** A record that is no message of any role. */
  unknown(place: Place, type: string): void {
    this.ledger.unknown(place, type, null)
  }

  /** The messages; see `Conversation`. */
  finish(): FinishedConversation {
    return this.conversation.finish()
  }

  private call(turn: Turn, part: Extract<Part, { is: 'call' }>, place: Place): void {
    const made: Made = { id: turn.call(part.id, part.name, part.args, place), turn, isAnswered: false }
    if (this.lastCalls.last?.turn !== turn) {
      this.lastCalls = new OpenCalls()
      this.lastUnnamed = new OpenCalls()
    }
    this.lastCalls.add(made, turn)
    if (part.id === null) {
      this.lastUnnamed.add(made, turn)
      return
    }
    // Of calls that share an id, results answer those of the last turn, in their order.
    const known = this.made.get(part.id)
    const calls = known?.last?.turn === turn ? known : new OpenCalls<Made>()
    this.made.set(part.id, calls)
    calls.add(made, turn)
  }

  private callOf(stored: string | null): Made | null {
    if (stored === null) return this.lastCalls.open(isAnswered)
    const calls = this.made.get(stored)
    // Some logs have the ids of results only.
    return calls?.open(isAnswered) ?? calls?.last ?? this.lastUnnamed.open(isAnswered)
  }

  private settleEmpty(place: Place): void {
    this.ledger.settle(place, 'metadata', 'message without content')
  }
}

type Made = { id: string; turn: Turn; isAnswered: boolean }

function isAnswered(call: Made): boolean {
  return call.isAnswered
}

/** What is left of an object when keys that are told elsewhere, and values that say nothing, are taken out. */
export function restOf(record: JsonObject, told: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => !told.has(key) && value !== null && value !== ''))
}
