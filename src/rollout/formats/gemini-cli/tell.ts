import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { blocksOf, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Block, Usage } from '../../conversation/row.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { callsOf, type Said } from './paths.ts'

/** How messages are told. */
export type Telling = {
  isReplay: boolean
  isLast: boolean // results as the model was given them last, not as they were recorded first
}

/** Puts the messages of a session into a dialogue, and notes how it ends. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(said: Said, telling: Telling): void {
    const { places } = said
    const record = recordOf(said, telling)
    const { type } = record
    const place = places[0]!
    if (type === 'user') this.user(record, place, telling)
    else if (type === 'gemini') this.model(said, place, telling)
    else if (type === 'info' || type === 'error' || type === 'warning') this.note(record, place)
    else this.ledger.unknown(place, stringOrNull(type) ?? 'no type', null)
    for (const other of places.slice(1)) this.ledger.settle(other, type === 'user' ? 'merged' : 'metadata', 'written again')
  }

  private user(record: JsonObject, place: Place, { isReplay }: Telling): void {
    const content = record['content']
    const shown = textOf(blocksOf(record['displayContent']))
    const isOther = shown !== '' && shown !== textOf(blocksOf(content))
    this.dialogue.hear(partsOf(content), place, {
      timestamp: stringOrNull(record['timestamp']),
      replay: isReplay,
      id: stringOrNull(record['id']),
      extra: isOther ? { display_content: shown } : {},
    })
    Object.assign(this.ending, { error: null, isInterrupted: false })
  }

  private model(said: Said, place: Place, telling: Telling): void {
    const { isMadeUp, places } = said
    const record = recordOf(said, telling)
    const isReply = isMadeUp && record['model'] === undefined && (record['tokens'] ?? null) === null
    const facts: MessageFacts = {
      timestamp: stringOrNull(record['timestamp']),
      replay: telling.isReplay,
      id: stringOrNull(record['id']),
      model: stringOrNull(record['model']),
      usage: usageOf(record['tokens']),
      ...(isReply ? { origin: 'harness' as const, train: false, extra: { harness: 'compaction' } } : {}),
    }
    const calls = callsOf(record)
    const listed = new Set(calls.map(({ id }) => id))
    const turn = this.dialogue.respond([], place, facts, said.id)
    for (const other of places.slice(1)) turn.goOn(other, {})
    for (const thought of thoughtsOf(record['thoughts'])) turn.think(thought, 'summary')
    // A call may stand in the content too, where the history was written back.
    for (const part of partsOf(record['content']))
      if (part.is !== 'call' || !listed.has(part.id)) this.dialogue.add(turn, part, place, facts)
    this.calls(said, calls, turn, telling)
  }

  private calls(said: Said, calls: readonly JsonObject[], turn: ReturnType<ChatDialogue['respond']>, telling: Telling): void {
    const place = said.places[0]!
    const sources = said.text === null || telling.isLast ? [] : elementsOf(sourceAt(said.text, ['toolCalls']) ?? '')
    const times = new Map<Json | undefined, number>()
    for (const { id } of calls) times.set(id, (times.get(id) ?? 0) + 1)
    for (const [i, call] of calls.entries()) {
      const args = argumentsText(call['args'], sources[i] === undefined ? null : sourceAt(sources[i], ['args']))
      this.dialogue.add(turn, { is: 'call', id: stringOrNull(call['id']), name: stringOrNull(call['name']) ?? '', args }, place)
      const first = (times.get(call['id']) === 1 ? said.results.get(String(call['id'])) : null) ?? call
      this.result(telling.isLast ? call : first, place, telling)
    }
    Object.assign(this.ending, { isInterrupted: calls.length > 0 && calls.every(({ status }) => status === 'cancelled'), error: null })
  }

  private result(call: JsonObject, place: Place, { isReplay }: Telling): void {
    const { result, status } = call
    if ((result ?? null) === null) return
    const parts = partsOf(result)
    const content = parts.flatMap(part => (part.is === 'result' ? part.content : part.is === 'block' ? [part.block] : []))
    const isFailed = status === 'error' || status === 'cancelled'
    const said = parts.some(part => part.is === 'result' && part.isError)
    this.dialogue.answer(
      { id: stringOrNull(call['id']), content: content.length > 0 ? content : resultBlocks(result), isError: isFailed || said },
      place,
      {
        timestamp: stringOrNull(call['timestamp']),
        replay: isReplay,
        extra: { ...(typeof status === 'string' && status !== 'success' ? { status } : {}), ...displayOf(call['resultDisplay'], content) },
      },
    )
  }

  /** What people were shown between messages; the model did not see it. */
  private note(record: JsonObject, place: Place): void {
    const text = textOf(blocksOf(record['content']))
    this.ledger.settle(place, 'metadata', `${String(record['type'])} shown to the person`)
    if (record['type'] === 'error') {
      this.dialogue.conversation.diagnose('error_shown', place, text)
      Object.assign(this.ending, { error: { message: text } })
    } else if (/^Request cancelled\b/i.test(text)) Object.assign(this.ending, { isInterrupted: true })
  }
}

function recordOf({ record, sent }: Said, { isLast }: Telling): JsonObject {
  return isLast ? sent : record
}

/** Google counts thinking apart from the answer, and what tools' prompts took apart from the prompt. */
function usageOf(tokens: Json | undefined): Usage | null {
  if (!isObject(tokens)) return null
  const count = (key: string) => numberOrNull(tokens[key])
  const sum = (...counts: (number | null)[]) =>
    counts.every(n => n === null) ? null : counts.reduce<number>((total, n) => total + (n ?? 0), 0)
  const [input, output] = [sum(count('input'), count('tool')), sum(count('output'), count('thoughts'))]
  if (!input && !output) return null
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: count('cached'),
    cache_write_tokens: null,
    reasoning_tokens: count('thoughts'),
    cost_usd: null,
  }
}

function thoughtsOf(thoughts: Json | undefined): string[] {
  if (!Array.isArray(thoughts)) return []
  return thoughts
    .filter(isObject)
    .map(thought => [thought['subject'], thought['description']].flatMap(text => stringOrNull(text) ?? []).join('\n'))
}

/** What people were shown of a result, where that is not what the model was given. */
function displayOf(display: Json | undefined, content: readonly Block[]): JsonObject {
  if (display === undefined || display === null || display === '') return {}
  return display === textOf(content) ? {} : { result_display: display }
}
