import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { type Part, partsOf } from '../../conversation/parts.ts'
import type { Ledger } from '../../log/ledger.ts'
import { resultOf } from './content.ts'
import type { Message } from './entry.ts'
import type { Step } from './paths.ts'

/** Puts the messages of a session into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private run = 0 // messages of the model with nothing in between are sent as one

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell({ message, is }: Step): void {
    const { role, entry } = message
    const content = entry.record['content']
    if (is === 'again') {
      this.ledger.settle(entry.place, 'metadata', 'said again behind the summary')
      return
    }
    if (!Array.isArray(content) || (role !== 'user' && role !== 'assistant')) {
      this.ledger.unknown(entry.place, stringOrNull(role) ?? 'no role', null)
      return
    }
    if (is === 'summary') this.dialogue.cut('compaction')
    const facts: MessageFacts = { timestamp: isoTime(message.created), id: stringOrNull(message.id), extra: extraOf(content) }
    if (is !== 'said') Object.assign(facts, { origin: 'harness', train: false, extra: { ...facts.extra, harness: HARNESS[is] } })
    if (role === 'user') this.hear(message, facts)
    else this.respond(message, facts)
  }

  private hear({ entry }: Message, facts: MessageFacts): void {
    this.run++
    Object.assign(this.ending, { error: null })
    const responses = responsesIn(entry.record['content'])
    const parts = this.partsIn(entry)
    if (parts.length > 0 || responses.length === 0) this.dialogue.hear(parts, entry.place, facts)
    for (const item of responses) {
      const { content, isError, extra } = resultOf(item['toolResult'])
      this.dialogue.answer({ id: stringOrNull(item['id']), content, isError }, entry.place, { ...facts, origin: 'tool', extra })
    }
  }

  private respond({ entry }: Message, facts: MessageFacts): void {
    const parts = this.partsIn(entry)
    const words = textOf(parts.flatMap(part => (part.is === 'block' ? [part.block] : [])))
    const failure = FAILURE.exec(words)?.[1] ?? null
    const isOwn = failure === null && !INTERRUPTION.test(words) && facts.origin === undefined
    Object.assign(this.ending, { error: failure === null ? null : { error: failure } })
    if (!isOwn) {
      const harness = failure === null ? (facts.extra?.['harness'] ?? 'interruption') : 'error'
      Object.assign(facts, { origin: 'harness', train: false, extra: { ...facts.extra, harness } })
      this.run++
    }
    // Of a call that could not be read the log has not what the model wrote.
    if (hasUnreadable(entry.record['content'])) facts.train = false
    if (parts.length === 0) this.ledger.settle(entry.place, 'metadata', 'message without content')
    else this.dialogue.respond(parts, entry.place, facts, isOwn ? `run ${this.run}` : null)
    if (!isOwn) this.run++
  }

  private partsIn({ record, text, place }: Message['entry']): Part[] {
    const content = record['content'] as Json[]
    const sources = text === null ? [] : elementsOf(sourceAt(text, ['content']) ?? '')
    return content.flatMap((item, i): Part[] => {
      if (!isObject(item)) return []
      const { type } = item
      if (type === 'toolRequest' || type === 'frontendToolRequest') return [this.callOf(item, sources[i] ?? null, place)]
      if (type === 'redactedThinking') return [{ is: 'hidden', kind: 'redacted' }]
      return ASIDE.has(type) || type === 'toolResponse' ? [] : partsOf(item)
    })
  }

  private callOf(item: JsonObject, written: string | null, place: Message['entry']['place']): Part {
    const call = isObject(item['toolCall']) ? item['toolCall'] : {}
    const value = isObject(call['value']) ? call['value'] : {}
    const id = stringOrNull(item['id'])
    // What the model wrote could not be read as a call, and is not kept.
    if (call['status'] === 'error') this.dialogue.conversation.diagnose('unreadable_call', place, { id, error: call['error'] ?? null })
    const source = written === null ? null : sourceAt(written, ['toolCall', 'value', 'arguments'])
    return { is: 'call', id, name: stringOrNull(value['name']) ?? '', args: argumentsText(value['arguments'], source) }
  }
}

const HARNESS = { summary: 'compaction', continuation: 'continuation', hidden: 'injected', again: 'injected' } as const

/** What the person was shown or asked, and the model was not told. */
const ASIDE: ReadonlySet<unknown> = new Set(['systemNotification', 'toolConfirmationRequest', 'actionRequired', 'conversationCompacted'])

/** What the program says in the model's role where a request failed, or the person stopped it. */
const FAILURE = /^Ran into this error: ([^\n]{0,2000})/
const INTERRUPTION = /^The (?:existing call to .{1,200} was|tool calling loop was) interrupted\. How would you like to proceed\?\s*$/

function hasUnreadable(content: Json | undefined): boolean {
  return (
    Array.isArray(content) && content.some(item => isObject(item) && isObject(item['toolCall']) && item['toolCall']['status'] === 'error')
  )
}

function responsesIn(content: Json | undefined): JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject).filter(({ type }) => type === 'toolResponse') : []
}

function extraOf(content: readonly Json[]): JsonObject {
  const aside = content.filter(item => isObject(item) && ASIDE.has(item['type']))
  return aside.length === 0 ? {} : { aside: [...aside] }
}
