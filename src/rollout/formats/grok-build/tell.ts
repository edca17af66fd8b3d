import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { imageBlock, textBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { partsOfResponse } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { type Part, resultBlocks } from '../../conversation/parts.ts'
import type { Block } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Place } from '../../log/ledger.ts'

/** Puts the items of a history into a dialogue. */
export class Teller {
  /** Whether what was said before a summary is no longer in the history. */
  hasLost = false
  private readonly dialogue: ChatDialogue
  private response = 0 // thoughts and calls that the server made stand before what a response says
  private unanswered = 0
  private firstUnanswered: Place | null = null

  constructor(dialogue: ChatDialogue) {
    this.dialogue = dialogue
  }

  /** `isInherited`: it was said in the session that this one is made from. */
  tell(entry: Entry, isInherited: boolean): void {
    const { record, place } = entry
    const facts: MessageFacts = { replay: isInherited }
    const { type } = record
    if (type === 'reasoning') this.respond(thoughtsOf(record), entry, facts)
    else if (type === 'backend_tool_call') this.work(entry, facts)
    else if (type === 'assistant') {
      const effort = stringOrNull(record['reasoning_effort'])
      const extra: JsonObject = effort === null ? {} : { reasoning_effort: effort }
      this.respond(partsOfResponse(record, 'content', entry.text), entry, { ...facts, model: stringOrNull(record['model_id']), extra })
      this.response++
    } else if (type === 'tool_result') {
      this.response++
      const content = [...resultBlocks(record['content']), ...imagesIn(record['images'])]
      this.dialogue.answer({ id: stringOrNull(record['tool_call_id']), content, isError: null }, place, facts)
    } else if (type === 'system') this.dialogue.instruct(blocksIn(record['content']), place, facts)
    else if (type === 'user') this.hear(entry, facts)
    else this.dialogue.unknown(place, stringOrNull(type) ?? 'no type')
  }

  /** Say what is missing. */
  finish(): void {
    if (this.unanswered > 0) this.dialogue.conversation.diagnose('results_not_recorded', this.firstUnanswered, { calls: this.unanswered })
  }

  private hear({ record, place }: Entry, facts: MessageFacts): void {
    this.response++
    const parts = blocksIn(record['content']).map((block): Part => ({ is: 'block', block }))
    const words = textOf(parts.flatMap(part => (part.is === 'block' ? [part.block] : [])))
    const reason = stringOrNull(record['synthetic_reason'])
    if (typeof record['prior_turn_interrupt'] === 'string') {
      this.dialogue.cut('interruption')
      facts.extra = { prior_turn_interrupt: record['prior_turn_interrupt'] }
    }
    if (reason === 'compaction_meta' && SUMMARY.test(words)) {
      this.hasLost = true
      this.dialogue.cut('compaction')
      Object.assign(facts, { origin: 'harness', extra: { harness: 'compaction' } })
    } else if (reason === 'interjection') Object.assign(facts, { origin: 'human', extra: { ...facts.extra, interjection: true } })
    else if (reason !== null) {
      const origin =
        reason === 'agent_message' || reason === 'parent_agent_message' ? 'agent' : reason === 'stop_hook_feedback' ? 'hook' : 'harness'
      Object.assign(facts, { origin, extra: { ...facts.extra, harness: reason } })
    }
    this.dialogue.hear(parts, place, facts)
  }

  private respond(parts: readonly Part[], { place }: Entry, facts: MessageFacts): void {
    this.dialogue.respond(parts, place, facts, `response ${this.response}`)
  }

  /** A tool that the server ran while it answered: what came of it is hardly ever recorded. */
  private work(entry: Entry, facts: MessageFacts): void {
    const kind = isObject(entry.record['kind']) ? entry.record['kind'] : {}
    const id = stringIn(kind, 'id', 'call_id')
    const [input, result] = workOf(kind)
    this.respond([{ is: 'call', id, name: stringIn(kind, 'tool_type', 'name') ?? '', args: argumentsText(input) }], entry, facts)
    if (result.length > 0) this.dialogue.answer({ id, content: result, isError: null }, entry.place, facts)
    else {
      this.unanswered++
      this.firstUnanswered ??= entry.place
    }
  }
}

/** How the summary begins that stands for what was said before. */
const SUMMARY = /^This session is being continued from a previous conversation/

/** What was thought, as far as it can be read. */
function thoughtsOf({ summary, content, encrypted_content: hidden }: JsonObject): Part[] {
  const full = textsIn(content)
  if (full.length > 0) return full.map(text => ({ is: 'thought', text, kind: 'full' }))
  const short = textsIn(summary)
  if (short.length > 0) return short.map(text => ({ is: 'thought', text, kind: 'summary' }))
  return typeof hidden === 'string' && hidden !== '' ? [{ is: 'hidden', kind: 'encrypted' }] : []
}

function textsIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.flatMap(part => (isObject(part) ? (stringOrNull(part['text']) ?? []) : [])) : []
}

/** What a tool of the server was given, and what of its answer is there. */
function workOf(kind: JsonObject): [Json, Block[]] {
  if (isObject(kind['action'])) {
    const { sources, ...action } = kind['action']
    return [action, Array.isArray(sources) && sources.length > 0 ? resultBlocks(sources) : []]
  }
  const outputs = kind['outputs']
  if (kind['code'] !== undefined)
    return [{ code: kind['code'] ?? null }, Array.isArray(outputs) && outputs.length > 0 ? resultBlocks(outputs) : []]
  return [kind['input'] ?? null, []]
}

/** A text, or a list of parts. */
function blocksIn(content: Json | undefined): Block[] {
  if (typeof content === 'string') return [textBlock(content)]
  return Array.isArray(content) ? content.flatMap(part => (isObject(part) ? [blockOf(part)] : blocksIn(part))) : []
}

function blockOf(part: JsonObject): Block {
  const type = stringOrNull(part['type'])
  if (typeof part['text'] === 'string') return textBlock(part['text'])
  if (type === 'image' && typeof part['url'] === 'string') return imageBlock(part['url'])
  return { ...part, type: type ?? 'unknown' }
}

function imagesIn(images: Json | undefined): Block[] {
  return Array.isArray(images) ? images.filter(isObject).map(blockOf) : []
}
