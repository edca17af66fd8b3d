import { isObject, type Json, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { fileBlock, type Telling } from './content.ts'
import { isSummary } from './paths.ts'
import type { StoredMessage } from './stored-session.ts'

/** Puts the responses of a model into a dialogue. A message is one response, in older versions several: then each is a step. */
export class Responses {
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly ending: EndingFacts

  constructor(dialogue: ChatDialogue, ledger: Ledger, ending: EndingFacts) {
    this.dialogue = dialogue
    this.ledger = ledger
    this.ending = ending
  }

  tell(message: StoredMessage, telling: Telling): void {
    const { info, parts, id } = message
    const failure = isObject(info['error']) ? info['error'] : null
    const isAborted = failure?.['name'] === 'MessageAbortedError'
    const hasContent = parts.some(({ record }) => !['step-start', 'reasoning'].includes(String(record['type'])))
    if (failure !== null) this.dialogue.conversation.diagnose(isAborted ? 'aborted' : 'failed_attempt', message.place, failure)
    Object.assign(this.ending, { isInterrupted: isAborted, error: failure === null || isAborted ? null : detailOf(failure) })
    if (telling.isSent && failure !== null && !(isAborted && hasContent)) {
      for (const { place } of parts) this.ledger.settle(place, 'metadata', 'not sent again: the response failed')
      return
    }
    const facts: MessageFacts = { ...factsOf(info, id), replay: telling.isReplay }
    if (failure !== null) facts.train = false
    if (isSummary(info)) Object.assign(facts, { train: false, extra: { ...facts.extra, harness: 'compaction' } })
    const steps = stepsOf(parts)
    const hasFinish = parts.some(({ record }) => record['type'] === 'step-finish' && isObject(record['tokens']))
    for (const [i, step] of steps.entries()) this.step(step, i, { message, facts, telling, isLast: i === steps.length - 1, hasFinish })
    if (failure !== null && parts.length > 0) this.dialogue.cut(isAborted ? 'interruption' : 'abandoned')
  }

  private step(
    parts: Entry[],
    index: number,
    {
      message,
      facts,
      telling,
      isLast,
      hasFinish,
    }: { message: StoredMessage; facts: MessageFacts; telling: Telling; isLast: boolean; hasFinish: boolean },
  ): void {
    const finish = parts.find(({ record }) => record['type'] === 'step-finish')?.record
    const usage =
      usageOf(finish?.['tokens'], finish?.['cost']) ?? (isLast && !hasFinish ? usageOf(message.info['tokens'], message.info['cost']) : null)
    const reason = stringOrNull(finish?.['reason'])
    const own = { ...facts, usage, stop_reason: isLast ? (facts.stop_reason ?? reason) : reason }
    let turn: Turn | null = null
    for (const entry of parts) {
      const { record, place } = entry
      const { type } = record
      const say = (): Turn => {
        if (turn === null) turn = this.dialogue.respond([], place, own)
        else if (turn.lastPlace !== place) turn.goOn(place, {})
        return turn
      }
      if (type === 'text' && typeof record['text'] === 'string' && record['text'] !== '') say().say(textBlock(record['text']))
      else if (type === 'reasoning') think(say(), record)
      else if (type === 'file') {
        const block = fileBlock(record)
        if (block === null) this.ledger.settle(place, 'metadata', 'file of a response')
        else say().say(block)
      } else if (type === 'tool') this.call(say(), entry, telling)
      else if (KNOWN.has(type))
        this.ledger.settle(place, 'metadata', type === 'compaction' ? 'a summary was asked for' : `${String(type)} of a response`)
      else this.ledger.unknown(place, stringOrNull(type) ?? 'no type', null)
    }
    if (index === 0 && parts.length === 0) this.ledger.settle(message.place, 'metadata', 'response without content')
  }

  private call(turn: Turn, { record, place, text }: Entry, { isReplay, isSent }: Telling): void {
    const state = isObject(record['state']) ? record['state'] : {}
    const id = stringOrNull(record['callID'])
    const raw = isEmpty(state['input']) ? stringOrNull(state['raw']) : null
    const written = text === null ? null : sourceAt(text, ['state', 'input'])
    const args = raw !== null && isObject(parseJson(raw)) ? raw : argumentsText(state['input'], written)
    this.dialogue.add(turn, { is: 'call', id, name: stringOrNull(record['tool']) ?? '', args }, place)
    const { status } = state
    if (status !== 'completed' && status !== 'error') return
    const time = isObject(state['time']) ? state['time'] : {}
    const metadata = isObject(state['metadata']) ? state['metadata'] : {}
    const isCleared = isSent && (time['compacted'] ?? null) !== null
    const output = isCleared ? CLEARED : (stringOrNull(state[status === 'error' ? 'error' : 'output']) ?? '')
    const files = Array.isArray(state['attachments']) && !isCleared ? state['attachments'].filter(isObject) : []
    const exit = numberOrNull(metadata['exit'])
    this.dialogue.answer(
      {
        id,
        content: [...(output === '' ? [] : [textBlock(output)]), ...files.flatMap(file => fileBlock(file) ?? [])],
        isError: status === 'error' || record['tool'] === 'invalid' || (exit !== null && exit !== 0),
      },
      place,
      { timestamp: isoTime(time['end']), replay: isReplay, extra: resultExtra(state, metadata, output) },
    )
  }
}

const CLEARED = '[Old tool result content cleared]'
const KNOWN: ReadonlySet<Json | undefined> = new Set(
  'text file step-start step-finish snapshot patch agent retry compaction subtask'.split(' '),
)

/** The steps of a message, each a response. Where none are marked, what is said behind a tool's result is the next one. */
function stepsOf(parts: readonly Entry[]): Entry[][] {
  const isMarked = parts.some(({ record }) => record['type'] === 'step-start')
  const steps: Entry[][] = [[]]
  let hasEnded = false
  for (const entry of parts) {
    const { type, state } = entry.record
    const begins = isMarked ? type === 'step-start' : type === 'text' || type === 'reasoning'
    if (begins && hasEnded) steps.push([])
    if (begins) hasEnded = false
    if (isMarked ? type === 'step-finish' : type === 'tool' && isObject(state)) hasEnded = true
    steps.at(-1)!.push(entry)
  }
  return steps
}

function factsOf(info: JsonObject, id: string): MessageFacts {
  const time = isObject(info['time']) ? info['time'] : {}
  const model = isObject(info['model']) ? info['model'] : {}
  const extra = ['providerID', 'agent', 'mode', 'variant'].flatMap(key =>
    stringOrNull(info[key]) === null ? [] : [[key, info[key]!] as const],
  )
  return {
    timestamp: isoTime(time['created']),
    id,
    model: stringOrNull(info['modelID']) ?? stringOrNull(model['modelID']) ?? stringOrNull(model['id']),
    stop_reason: stringOrNull(info['finish']),
    extra: Object.fromEntries(extra),
  }
}

/** Tokens of a response: OpenCode counts cached ones and, in newer versions, reasoning apart. */
function usageOf(tokens: Json | undefined, cost: Json | undefined): Usage | null {
  if (!isObject(tokens)) return null
  const cache = isObject(tokens['cache']) ? tokens['cache'] : {}
  const [input, output, reasoning] = ['input', 'output', 'reasoning'].map(key => numberOrNull(tokens[key]))
  const [read, write, total] = [numberOrNull(cache['read']), numberOrNull(cache['write']), numberOrNull(tokens['total'])]
  if (!input && !output && !read && !write) return null
  const all = (input ?? 0) + (read ?? 0) + (write ?? 0)
  const isWithin = total !== null && total === all + (output ?? 0) && (reasoning ?? 0) > 0
  return {
    input_tokens: input === null ? null : all,
    output_tokens: output == null ? null : isWithin ? output : output + (reasoning ?? 0),
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: reasoning ?? null,
    cost_usd: numberOrNull(isObject(cost) ? cost['usd'] : cost),
  }
}

function think(turn: Turn, { text, metadata }: JsonObject): void {
  if (typeof text === 'string' && text.trim() !== '') turn.think(text)
  else if (isObject(metadata) && Object.keys(metadata).length > 0) turn.thinkHidden('encrypted')
}

function resultExtra(state: JsonObject, metadata: JsonObject, output: string): JsonObject {
  const { output: shown, ...rest } = metadata
  const kept = shown === output || shown === undefined ? rest : metadata
  const time = isObject(state['time']) ? isoTime(state['time']['compacted']) : null
  return {
    ...(stringOrNull(state['title']) === null ? {} : { title: state['title']! }),
    ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }),
    ...(time === null ? {} : { compacted_at: time }),
  }
}

function detailOf(failure: JsonObject): JsonObject {
  const data = isObject(failure['data']) ? failure['data'] : {}
  return { error: failure['name'] ?? 'error', ...(stringOrNull(data['message']) === null ? {} : { message: data['message']! }) }
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0)
}
