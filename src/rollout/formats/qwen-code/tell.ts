import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { blocksOf, partsOf } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { payloadOf } from './entry.ts'

/** Puts the records of a path into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(entry: Entry, isReplay: boolean): void {
    const { record, place, text } = entry
    const message = isObject(record['message']) ? record['message'] : {}
    const written = text === null ? null : sourceAt(text, ['message', 'parts'])
    const facts = { timestamp: stringOrNull(record['timestamp']), id: stringOrNull(record['uuid']), replay: isReplay }
    if (record['type'] === 'user') this.user(entry, message, isReplay)
    else if (record['type'] === 'assistant') {
      Object.assign(this.ending, { isInterrupted: false })
      const usage = usageOf(record['usageMetadata'])
      this.dialogue.respond(partsOf(message['parts'], written), place, { ...facts, model: stringOrNull(record['model']), usage }, facts.id)
    } else if (record['type'] === 'tool_result') this.result(entry, message, facts)
    else this.program(entry)
  }

  private result({ record, place }: Entry, message: JsonObject, facts: MessageFacts): void {
    const result = isObject(record['toolCallResult']) ? record['toolCallResult'] : {}
    const status = stringOrNull(result['status'])
    const isFailed = status === 'error' || status === 'cancelled'
    if (status === 'cancelled') Object.assign(this.ending, { isInterrupted: true })
    const isError = isFailed ? true : status === 'success' ? false : null
    const extra = isFailed ? { status } : {}
    const parts = partsOf(message['parts'])
    for (const part of parts)
      if (part.is === 'result') this.dialogue.answer({ ...part, isError: part.isError ?? isError }, place, { ...facts, extra })
    // Images that a tool gave back stand beside its result.
    const blocks = parts.filter(part => part.is === 'block')
    if (blocks.length > 0) this.dialogue.hear(blocks, place, { origin: 'tool' })
    if (parts.length === 0) this.ledger.settle(place, 'metadata', 'message without content')
  }

  private user({ record, place }: Entry, message: JsonObject, isReplay: boolean): void {
    Object.assign(this.ending, { isInterrupted: false })
    const subtype = stringOrNull(record['subtype'])
    const shown = stringOrNull(payloadOf(record)['displayText'])
    const parts = partsOf(message['parts'])
    const words = textOf(blocksOf(message['parts']))
    // What a person types while the agent works is recorded under a kind of its own, as what the program says is.
    const isTyped = subtype !== null && /(?:^|_)user_(?:message|prompt|input)$/.test(subtype)
    const isMachine = subtype !== null && !isTyped
    this.dialogue.hear(parts, place, {
      timestamp: stringOrNull(record['timestamp']),
      id: stringOrNull(record['uuid']),
      replay: isReplay,
      ...(isMachine ? { origin: subtype.includes('hook') ? ('hook' as const) : ('harness' as const) } : {}),
      extra: {
        ...(isMachine ? { harness: subtype } : {}),
        ...(isTyped ? { kind: 'queued_prompt' } : {}),
        ...(shown !== null && shown !== words ? { display_content: shown } : {}),
      },
    })
  }

  /** What the program notes: compactions and rewinds cut, all else is known and said nowhere. */
  private program({ record, place }: Entry): void {
    const { subtype } = record
    if (subtype === 'chat_compression') this.dialogue.cut('compaction')
    if (subtype === 'rewind') this.dialogue.cut('abandoned')
    if (record['type'] === 'system' && typeof subtype === 'string')
      this.ledger.settle(place, 'metadata', subtype === 'chat_compression' ? 'a summary was made' : subtype.slice(0, 80))
    else this.ledger.unknown(place, stringOrNull(record['type']) ?? 'no type', stringOrNull(record['version']))
  }
}

/** Google's counts; all zeros, or none, mean that nothing was reported. */
function usageOf(metadata: Json | undefined): Usage | null {
  if (!isObject(metadata)) return null
  const count = (key: string) => numberOrNull(metadata[key])
  const [input, answer, thoughts] = [count('promptTokenCount'), count('candidatesTokenCount'), count('thoughtsTokenCount')]
  if (!input && !answer) return null
  return {
    input_tokens: input,
    output_tokens: answer === null ? null : answer + (thoughts ?? 0),
    cached_input_tokens: count('cachedContentTokenCount'),
    cache_write_tokens: null,
    reasoning_tokens: thoughts,
    cost_usd: null,
  }
}
