import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { chatRole } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf, type Part, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Origin, Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import { answerOf, type Sample } from './sample.ts'

/** Puts the messages of a sample into a dialogue. */
export class Teller {
  private readonly dialogue: ChatDialogue
  private readonly sample: Sample
  private readonly owner: Origin
  private wasAnswered = false

  /** `owner`: whose words the prompts are. */
  constructor(dialogue: ChatDialogue, sample: Sample, owner: Origin = 'human') {
    this.dialogue = dialogue
    this.sample = sample
    this.owner = owner
  }

  tell({ record: stored, place, text }: Entry): void {
    const record = resolved(stored, this.sample.attachments) as JsonObject
    const written = record === stored ? text : null // only what was not replaced stands in the text
    const id = stringOrNull(record['id'])
    const role = chatRole(record['role'])
    if (role === 'system') this.dialogue.instruct(blocksOf(record['content']), place, { id })
    else if (role === 'user') this.hear(record, place, id)
    else if (role === 'assistant') this.respond({ record, place, text: written }, id)
    else if (role === 'tool') this.answer(record, place, id)
    else this.dialogue.unknown(place, stringIn(record, 'role') ?? 'message without a role')
  }

  private hear(record: JsonObject, place: Entry['place'], id: string | null): void {
    const metadata = isObject(record['metadata']) ? record['metadata'] : {}
    const isSummary = metadata['summary'] === true
    if (isSummary) this.dialogue.cut('compaction')
    // What a solver puts in has no source; of older logs nothing has, and the first prompt is the task's.
    const isTask = record['source'] === 'input' || record['source'] === 'operator' || !this.wasAnswered
    const harness = isSummary ? 'compaction' : isTask ? null : 'solver'
    const voice = harness === null ? { origin: this.owner } : { origin: 'harness' as const, extra: { harness } }
    this.dialogue.hear(partsOf(record['content']), place, { id, ...voice })
  }

  private respond(entry: Entry, id: string | null): void {
    const { record, place } = entry
    const isGiven = record['source'] === 'input' // an example out of the task's data
    const facts: MessageFacts = isGiven
      ? { id, origin: 'harness', train: false, extra: { harness: 'input' } }
      : { id, ...this.factsOf(record, id) }
    if (!isGiven) this.wasAnswered = true
    this.dialogue.respond([...partsOf(null), ...contentParts(record['content']), ...callParts(entry)], place, facts)
    for (const part of serverResults(record['content'])) this.dialogue.answer(part, place)
  }

  private answer(record: JsonObject, place: Entry['place'], id: string | null): void {
    const error = isObject(record['error']) ? record['error'] : null
    const said = resultBlocks(record['content'])
    const message = stringOrNull(error?.['message'])
    const content = said.length === 0 && message !== null ? [textBlock(message)] : said
    const extra = error === null ? {} : { error_type: error['type'] ?? null }
    this.dialogue.answer({ id: stringOrNull(record['tool_call_id']), content, isError: error === null ? null : true }, place, { id, extra })
  }

  /** What the events say of a response. */
  private factsOf(record: JsonObject, id: string | null): MessageFacts {
    const event = id === null ? undefined : this.sample.calls.get(id)?.event
    const output = event !== undefined && isObject(event['output']) ? event['output'] : this.sampleOutput(id)
    const model = stringIn(output, 'model') ?? stringOrNull(record['model'])
    const timestamp = isoTime(event?.['completed']) ?? isoTime(event?.['timestamp'])
    const [choice] = Array.isArray(output['choices']) ? output['choices'] : []
    return { model, timestamp, stop_reason: isObject(choice) ? stringOrNull(choice['stop_reason']) : null, usage: usageOf(output['usage']) }
  }

  /** The last response is kept once more beside the messages. */
  private sampleOutput(id: string | null): JsonObject {
    const { output } = this.sample.head
    return id !== null && isObject(output) && answerOf(this.sample.head)['id'] === id ? output : {}
  }
}

/** Tokens, as Inspect counts them; what was cached is counted apart. */
export function usageOf(usage: Json | undefined): Usage | null {
  if (!isObject(usage)) return null
  const count = (key: string) => numberOrNull(usage[key])
  const [input, output] = [count('input_tokens'), count('output_tokens')]
  if (!input && !output) return null
  const [read, write] = [count('input_tokens_cache_read'), count('input_tokens_cache_write')]
  return {
    input_tokens: (input ?? 0) + (read ?? 0) + (write ?? 0),
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: count('reasoning_tokens'),
    cost_usd: count('total_cost'),
  }
}

/** A value with the texts in it that lie apart. Values of logs may be deep: those that are too deep are left as they are. */
export function resolved(value: Json, attachments: ReadonlyMap<string, string>, depth = 0): Json {
  if (attachments.size === 0 || depth > MAX_DEPTH) return value
  if (typeof value === 'string') return value.startsWith(ATTACHED) ? (attachments.get(value.slice(ATTACHED.length)) ?? value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map(item => resolved(item, attachments, depth + 1))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  const entries = Object.entries(value).map(([key, item]) => [key, resolved(item, attachments, depth + 1)] as const)
  return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value
}

const ATTACHED = 'attachment://'
const MAX_DEPTH = 100

function contentParts(content: Json | undefined): Part[] {
  if (!Array.isArray(content)) return partsOf(content)
  return content.flatMap((item): Part[] => {
    if (!isObject(item) || item['type'] !== 'reasoning') return partsOf([item]).filter(part => part.is !== 'result')
    const summary = stringOrNull(item['summary'])
    if (item['redacted'] === true)
      return summary ? [{ is: 'thought', text: summary, kind: 'summary' }] : [{ is: 'hidden', kind: 'redacted' }]
    const thought = stringOrNull(item['reasoning']) ?? ''
    return thought === '' ? [] : [{ is: 'thought', text: thought, kind: 'full' }]
  })
}

/** What tools gave back that ran where the model did. */
function serverResults(content: Json | undefined): Extract<Part, { is: 'result' }>[] {
  const uses = Array.isArray(content) ? content.filter(isObject).filter(({ type }) => type === 'tool_use') : []
  return uses.flatMap(({ id, name, result, error }): Extract<Part, { is: 'result' }>[] => {
    const failed = stringOrNull(error)
    const given = resultBlocks(failed ?? result)
    return typeof id === 'string'
      ? [{ is: 'result', id, name: stringOrNull(name), content: given, isError: failed === null ? null : true }]
      : []
  })
}

function callParts({ record, text }: Entry): Part[] {
  const calls = Array.isArray(record['tool_calls']) ? record['tool_calls'].filter(isObject) : []
  const sources = text === null || calls.length === 0 ? [] : elementsOf(sourceAt(text, ['tool_calls']) ?? '')
  return calls.map((call, i): Part => {
    const source = sources[i] === undefined ? null : sourceAt(sources[i], ['arguments'])
    const name = isObject(call['function']) ? stringOrNull(call['function']['name']) : stringOrNull(call['function'])
    return { is: 'call', id: stringOrNull(call['id']), name: name ?? '', args: argumentsText(call['arguments'], source) }
  })
}
