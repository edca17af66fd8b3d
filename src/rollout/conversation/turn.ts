import { writeJson } from '../../json/exact.ts'
import { pushed } from '../../json/fitted.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { Place } from '../log/ledger.ts'
import type { Block, Boundary, Message, Origin, Usage } from './row.ts'

/** One model response. */
export class Turn {
  /** @internal */
  readonly item: Item
  private readonly conversation: Around
  /** @internal In the order in which they were made, each with its result. */
  calls: Call[] = NO_CALLS

  constructor(conversation: Around, item: Item) {
    this.conversation = conversation
    this.item = item
  }

  /** Whether the turn holds nothing a message could show. */
  get isEmpty(): boolean {
    const { content, reasoning_content, tool_calls } = this.item.message
    return content.length === 0 && !reasoning_content && !tool_calls
  }

  /** Whether the log shows what the model thought in this turn. */
  get hasThought(): boolean {
    return Boolean(this.item.message.reasoning_content)
  }

  /** The turn is taken up again by another record. */
  goOn(place: Place, facts: MessageFacts): void {
    const { item } = this
    if (Array.isArray(item.places)) item.places.push(place)
    else item.places = [item.places, place]
    this.know(facts)
  }

  /** @internal The record that told of it last. */
  get lastPlace(): Place | undefined {
    const { places } = this.item
    return Array.isArray(places) ? places.at(-1) : places
  }

  /** Learn more of the turn; later facts win, what is null changes nothing. */
  know(facts: MessageFacts): void {
    const known = this.item.facts as { [key: string]: unknown }
    for (const key in facts) {
      const value = facts[key as keyof MessageFacts]
      if (value === null || value === undefined) continue
      // A response keeps the time it began at.
      if (key === 'timestamp' && known[key]) continue
      known[key] = key === 'extra' ? { ...this.item.facts.extra, ...(value as JsonObject) } : value
    }
  }

  /** A piece of what the model said. */
  say(block: Block): void {
    const { message } = this.item
    message.content = pushed(message.content, block)
  }

  /** A piece of what the model thought. */
  think(text: string, kind: 'full' | 'summary' = 'full'): void {
    if (text === '') return
    const before = this.item.message.reasoning_content
    this.item.message.reasoning_content = before === undefined ? text : `${before}\n\n${text}`
    this.conversation.noteReasoning(kind, false)
  }

  /** The model thought here, and the log does not show what. */
  thinkHidden(kind: 'encrypted' | 'redacted'): void {
    this.conversation.noteReasoning(kind, true)
  }

  /** A call the model made; `args` is JSON text as the model wrote it. Gives the id the call has in the row. Without a name, it is not to be trained on. */
  call(id: string | null, name: string, args: string, place: Place): string {
    const { message } = this.item
    const wanted = id ?? `call_${place.line}_${message.tool_calls?.length ?? 0}`
    if (id === null) this.conversation.diagnose('call_without_id', place, { synthesised: wanted, name })
    // Of such a call the log has not what the model wrote. A format that knows why has said so.
    if (name === '' && this.item.facts.train !== false) {
      this.conversation.diagnose('call_without_name', place, { tool_call_id: id })
      this.know({ train: false })
    }
    const unique = this.uniqueId(wanted, place)
    message.tool_calls = pushed(message.tool_calls, { id: unique, type: 'function', function: { name, arguments: args } })
    const call: Call = { id: unique, turn: this, result: null }
    this.calls = pushed(this.calls, call)
    for (const result of this.conversation.claim(call)) this.answer(call, result)
    return unique
  }

  /** @internal */
  answer(call: Call, result: Result): void {
    const before = call.result
    if (before === null) {
      call.result = result
      return
    }
    const same = writeJson(before.content) === writeJson(result.content)
    if (!same) this.conversation.diagnose('second_result', result.place, { tool_call_id: call.id, content: result.content })
    this.conversation.settleLeftOver(result.place, same ? 'the same result again' : 'second result of one call')
  }

  private uniqueId(id: string, place: Place): string {
    const free = this.conversation.freeId(id)
    if (free !== id) this.conversation.diagnose('duplicate_call_id', place, { id, renamed: free })
    return free
  }
}

/** What a format knows of a message besides its words. Fields that are null or undefined are left out of the row. */
export type MessageFacts = {
  /** As `timestamp` in `message_meta`. */
  timestamp?: string | null
  /** As `origin` in `message_meta`. */
  origin?: Origin
  /** As `train` in `message_meta`. */
  train?: boolean
  /** As `id` in `message_meta`. */
  id?: string | null
  /** As `model` in `message_meta`. */
  model?: string | null
  /** As `stop_reason` in `message_meta`. */
  stop_reason?: string | null
  /** As `usage` in `message_meta`. */
  usage?: Usage | null
  /** As `is_error` in `message_meta`. */
  is_error?: boolean | null
  /** As `replay` in `message_meta`. */
  replay?: boolean
  /** As `prompt_token_ids` in `message_meta`. */
  prompt_token_ids?: number[] | null
  /** As `completion_token_ids` in `message_meta`. */
  completion_token_ids?: number[] | null
  /** As `logprobs` in `message_meta`. */
  logprobs?: number[] | null
  /** As `extra` in `message_meta`. */
  extra?: JsonObject | null
}

/** @internal A tool's result and where it stood. */
export type Result = { place: Place; content: Block[]; facts: MessageFacts }

/** @internal A call that was made, and the result that answers it. */
export type Call = { id: string; turn: Turn; result: Result | null }

/** @internal A message in the making. `origin` is whose it is where its facts do not say. */
export type Item = {
  places: Place | Place[] // mostly one: a list of its own would be as large as all else here
  message: Message
  facts: MessageFacts
  origin: Origin
  boundary: Boundary | null
  turn: Turn | null
}

/** Of a turn without calls, as most are; nothing is pushed to it. */
const NO_CALLS: Call[] = []

/** What a turn asks of the conversation it is a part of. */
type Around = {
  /** Hear of reasoning that a turn shows or hides. */
  noteReasoning(kind: 'full' | 'summary' | 'encrypted' | 'redacted', isHidden: boolean): void
  /** Record something odd. */
  diagnose(code: string, place: Place | null, detail?: Json): void
  /** Results that came before their call. */
  claim(call: Call): Iterable<Result>
  /** Settle a record that made no message. */
  settleLeftOver(place: Place, reason: string): void
  /** A name that no call has yet: this one, or it with a number behind it. */
  freeId(id: string): string
}
