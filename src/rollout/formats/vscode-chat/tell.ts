import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import { ownValue } from '../../../json/own.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Part } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Place } from '../../log/ledger.ts'
import type { Held } from './paths.ts'
import { contentOf, resultOf, voiceOf } from './words.ts'

/** Put one request and its answer into a dialogue; `from`: the summary of this round takes the place of all before it. */
export function tell(dialogue: ChatDialogue, held: Held, facts: { replay: boolean; from: number | null }): void {
  const { record, asked, answered } = held
  const metadata = metadataOf(record)
  if (facts.from === null) hear(dialogue, held, metadata, facts.replay)
  const rounds = roundsOf(record)
  if (rounds.length === 0) showAnswer(dialogue, held, facts.replay)
  const results = isObject(metadata['toolCallResults']) ? metadata['toolCallResults'] : {}
  const model = stringIn(metadata, 'resolvedModel') ?? stringOrNull(record['modelId'])
  for (const [i, { record: round, summary }] of rounds.entries()) {
    const isGone = facts.from !== null && i <= facts.from
    const isLast = i === rounds.length - 1
    const said = { timestamp: isoTime(round['timestamp']) ?? null, model, id: stringOrNull(round['id']), replay: facts.replay }
    if (!isGone) answerRound(dialogue, round, results, answered, isLast ? { ...said, usage: usageOf(metadata) } : said)
    if (summary !== null && (!isGone || i === facts.from))
      dialogue.summarize(summary, i === facts.from ? asked : answered, { replay: facts.replay })
  }
  if (!facts.replay) tellOrphans(dialogue, rounds, results, answered)
}

/** Results that answer no call are kept aside. */
function tellOrphans(dialogue: ChatDialogue, rounds: readonly Round[], results: JsonObject, place: Place): void {
  const called = new Set(rounds.flatMap(({ record }) => callsIn(record).map(({ id }) => id)))
  for (const [id, result] of Object.entries(results))
    if (!called.has(id)) dialogue.conversation.diagnose('orphan_result', place, { tool_call_id: id, content: resultOf(result) })
}

function callsIn(round: JsonObject): JsonObject[] {
  return Array.isArray(round['toolCalls']) ? round['toolCalls'].filter(isObject) : []
}

/** A round of a request: what the model said, and the calls it made. */
type Round = { record: JsonObject; summary: string | null }

/** The rounds of a request, each with the summary that was made behind it. */
export function roundsOf(record: JsonObject): Round[] {
  const metadata = metadataOf(record)
  const listed = Array.isArray(metadata['toolCallRounds']) ? metadata['toolCallRounds'].filter(isObject) : []
  const summaries = new Map<string, string>()
  const told = [metadata['summary'], ...(Array.isArray(metadata['summaries']) ? metadata['summaries'] : [])].filter(isObject)
  for (const { toolCallRoundId: id, text } of told) if (typeof id === 'string' && typeof text === 'string') summaries.set(id, text)
  return listed.map(round => ({ record: round, summary: summaries.get(String(round['id'])) ?? stringIn(round, 'summary') }))
}

/** How a request ended. */
export function endingOf(record: JsonObject): EndingFacts {
  const { modelState, isCanceled, result } = record
  const state = isObject(modelState) ? modelState['value'] : null
  const error = isObject(result) && isObject(result['errorDetails']) ? result['errorDetails'] : null
  const isInterrupted = state === 2 || isCanceled === true
  const isFailed = !isInterrupted && (state === 3 || error !== null)
  const detail = { message: error?.['message'] ?? null, ...(error?.['code'] === undefined ? {} : { code: error['code'] }) }
  return { isSilent: true, isInterrupted, error: isFailed ? detail : null }
}

function hear(dialogue: ChatDialogue, { record, asked }: Held, metadata: JsonObject, replay: boolean): void {
  const { message } = record
  const typed = stringOrNull(message) ?? (isObject(message) ? stringOrNull(message['text']) : null) ?? ''
  const rendered = contentOf(metadata['renderedUserMessage'])
  const voice = voiceOf(rendered)
  const blocks = rendered.length > 0 ? voice.content : typed === '' ? [] : [textBlock(typed)]
  const extra = {
    ...(rendered.length > 0 ? voice.extra : {}),
    ...(rendered.length > 0 && typed !== '' && typed !== textOf(blocks) ? { display_content: typed } : {}),
  }
  const facts = { timestamp: isoTime(record['timestamp']), id: stringOrNull(record['requestId']), replay, origin: 'human' as const, extra }
  dialogue.hear(
    blocks.map(block => ({ is: 'block', block })),
    asked,
    facts,
  )
}

function answerRound(dialogue: ChatDialogue, round: JsonObject, results: JsonObject, place: Place, facts: MessageFacts): void {
  const response = Array.isArray(round['response']) ? round['response'].join('') : (stringOrNull(round['response']) ?? '')
  const calls = callsIn(round)
  const parts: Part[] = [
    ...thoughtOf(round['thinking']),
    ...(response === '' ? [] : [{ is: 'block' as const, block: textBlock(response) }]),
    ...calls.map(
      (call): Part => ({
        is: 'call',
        id: stringOrNull(call['id']),
        name: stringOrNull(call['name']) ?? '',
        args: argumentsText(call['arguments']),
      }),
    ),
  ]
  dialogue.respond(parts, place, facts)
  for (const { id } of calls) {
    const result = typeof id === 'string' ? ownValue(results, id) : undefined
    if (typeof id === 'string' && result !== undefined)
      dialogue.answer({ id, content: resultOf(result), isError: null }, place, { replay: facts.replay ?? false })
  }
}

/** Where no rounds are kept, what was shown is all there is: text, and the names of tools that ran. */
function showAnswer(dialogue: ChatDialogue, { record, answered }: Held, replay: boolean): void {
  const shown = Array.isArray(record['response']) ? record['response'].filter(isObject) : []
  if (shown.length === 0) return
  const facts = { model: stringOrNull(record['modelId']), id: stringOrNull(record['responseId']), replay, extra: { as_shown: true } }
  const parts = shown.flatMap(shownPart)
  if (parts.length > 0) dialogue.respond(parts, answered, facts)
  for (const part of shown) {
    const details = isObject(part['resultDetails']) ? part['resultDetails'] : null
    const output = Array.isArray(details?.['output']) ? details['output'].filter(isObject) : []
    const text = output.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])).join('\n')
    if (part['kind'] === 'toolInvocationSerialized' && typeof part['toolCallId'] === 'string' && text !== '')
      dialogue.answer(
        { id: part['toolCallId'], content: [textBlock(text)], isError: details?.['isError'] === true ? true : null },
        answered,
        { replay },
      )
  }
}

function shownPart(part: JsonObject): Part[] {
  const { kind, value, content } = part
  if (kind === undefined && typeof value === 'string') return value === '' ? [] : [{ is: 'block', block: textBlock(value) }]
  if (kind === 'markdownContent' && isObject(content) && typeof content['value'] === 'string')
    return [{ is: 'block', block: textBlock(content['value']) }]
  if (kind === 'thinking') return thoughtOf({ text: value ?? null })
  if (kind !== 'toolInvocationSerialized') return []
  const details = isObject(part['resultDetails']) ? part['resultDetails'] : {}
  const terminal =
    isObject(part['toolSpecificData']) && isObject(part['toolSpecificData']['commandLine']) ? part['toolSpecificData']['commandLine'] : null
  const command = terminal === null ? null : (stringOrNull(terminal['original']) ?? stringOrNull(terminal['userEdited']))
  const given = details['input'] ?? (command === null ? null : { command })
  return [{ is: 'call', id: stringOrNull(part['toolCallId']), name: stringOrNull(part['toolId']) ?? '', args: argumentsText(given) }]
}

/** What was thought: a text, pieces of one, or only a form that nobody can read. */
export function thoughtOf(thinking: Json | undefined): Part[] {
  if (!isObject(thinking)) return []
  const { text } = thinking
  const thought = Array.isArray(text) ? text.filter(piece => typeof piece === 'string').join('') : (stringOrNull(text) ?? '')
  if (thought !== '') return [{ is: 'thought', text: thought, kind: 'full' }]
  return typeof thinking['encrypted'] === 'string' ? [{ is: 'hidden', kind: 'encrypted' }] : []
}

function metadataOf({ result }: JsonObject): JsonObject {
  return isObject(result) && isObject(result['metadata']) ? result['metadata'] : {}
}

/** Tokens of the last call of the model: no other of a request is counted. */
function usageOf(metadata: JsonObject): Usage | null {
  const [input, output] = [numberOrNull(metadata['promptTokens']), numberOrNull(metadata['outputTokens'])]
  if (!input && !output) return null
  const none = { cached_input_tokens: null, cache_write_tokens: null, reasoning_tokens: null, cost_usd: null }
  return { input_tokens: input, output_tokens: output, ...none }
}
