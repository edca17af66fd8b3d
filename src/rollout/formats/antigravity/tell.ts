import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { type Part, resultBlocks } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { argumentsOf, modelIn, requestIn, textIn } from './content.ts'
import { OpenCalls } from './pairing.ts'

/** Puts the steps of a transcript into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  /** Results that the transcript holds only in part. */
  truncated = 0
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly calls = new OpenCalls()
  private model: string | null = null

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  /** `isReplay`: it is told in another row, too, and counts there. */
  tell(entry: Entry, isReplay = false): void {
    const { record, place } = entry
    const type = String(record['type'])
    const text = textIn(record['content'])
    const facts: MessageFacts = { timestamp: isoTime(record['created_at']), replay: isReplay }
    this.ending.isInterrupted = CANCELED.test(stringOrNull(record['status']) ?? '')
    if (type === 'USER_INPUT') this.hear(text, place, facts)
    else if (type === 'PLANNER_RESPONSE') this.respond(entry, text, facts)
    else if (type === 'CHECKPOINT' && text !== '') this.dialogue.summarize(text, place, facts)
    else if (type === 'ERROR_MESSAGE' && !this.calls.isWaiting) this.fail(text, place)
    else if (record['source'] === 'MODEL' || type === 'ERROR_MESSAGE') this.answer(record, text, place, facts)
    else if (text === '') this.ledger.settle(place, 'metadata', 'step without content')
    else {
      const origin = type === 'SYSTEM_MESSAGE' && FROM_AGENT.test(text) ? 'agent' : 'harness'
      this.dialogue.hear([said(text)], place, { ...facts, origin, extra: { harness: type.toLowerCase() } })
    }
  }

  private hear(text: string, place: Entry['place'], facts: MessageFacts): void {
    this.ending.error = null
    this.model = modelIn(text) ?? this.model
    const { texts, injected } = requestIn(text)
    if (injected.length > 0 && injected.length < texts.length)
      Object.assign(facts, { origin: 'human', extra: { injected_blocks: injected } })
    this.dialogue.hear(texts.map(said), place, facts)
  }

  private respond(entry: Entry, text: string, facts: MessageFacts): void {
    const { record, place } = entry
    const calls = this.calls.begin(entry)
    const thought = stringOrNull(record['thinking'])
    const parts: Part[] = [
      ...(thought === null ? [] : [{ is: 'thought' as const, text: thought, kind: 'full' as const }]),
      ...(text === '' ? [] : [said(text)]),
      ...calls.map(({ id, name, args, written }): Part => ({ is: 'call', id, name, args: argumentsOf(args, written) })),
    ]
    this.ending.error = null
    // What was cut short, stopped or is still being said is not what the model said.
    const isWhole = !isCut(record) && (record['status'] ?? 'DONE') === 'DONE'
    if (isCut(record)) this.dialogue.conversation.diagnose('truncated_by_producer', place, record['truncated_fields'] ?? null)
    const model = stringOrNull(record['model']) ?? this.model
    this.dialogue.respond(parts, place, { ...facts, model, usage: usageOf(record['usage']), ...(isWhole ? {} : { train: false }) })
  }

  /** What a step gave back that the model asked for. */
  private answer(record: JsonObject, text: string, place: Entry['place'], facts: MessageFacts): void {
    if (isCut(record)) this.truncated++
    const status = stringOrNull(record['status']) ?? ''
    // A call that failed is answered by an error, whoever is said to be its source.
    const isError = record['type'] === 'ERROR_MESSAGE' || /^(?:ERROR|FAILED)$/.test(status) || CANCELED.test(status) ? true : null
    const id = this.calls.take(String(record['type'])) ?? `step-${String(record['step_index'])}`
    this.dialogue.answer({ id, content: resultBlocks(text === '' ? null : text), isError }, place, {
      ...facts,
      extra: { step: record['type']! },
    })
  }

  private fail(text: string, place: Entry['place']): void {
    this.ending.error = { error: text.slice(0, 2000) }
    this.dialogue.conversation.diagnose('failed_attempt', place, text.slice(0, 2000))
    this.ledger.settle(place, 'metadata', 'an error was shown')
  }
}

const CANCELED = /^CANCELL?ED$/

/** What an agent says that another conversation is of. */
const FROM_AGENT = /\bsender=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/

function said(text: string): Part {
  return { is: 'block', block: textBlock(text) }
}

function isCut(record: JsonObject): boolean {
  const cut: Json | undefined = record['truncated_fields']
  return Array.isArray(cut) ? cut.length > 0 : isObject(cut) && Object.keys(cut).length > 0
}

/** Tokens of a response, under the names of either of two versions. */
function usageOf(usage: Json | undefined): Usage | null {
  if (!isObject(usage)) return null
  const count = (...keys: string[]) => keys.map(key => numberOrNull(usage[key])).find(number => number !== null) ?? null
  const input = count('input_tokens', 'prompt_token_count')
  const output = count('output_tokens', 'candidates_token_count')
  if (!input && !output) return null
  const cached = count('cached_content_token_count', 'cached_input_tokens')
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: cached,
    cache_write_tokens: null,
    reasoning_tokens: count('thoughts_token_count'),
    cost_usd: null,
  }
}
