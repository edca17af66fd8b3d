import { writeJson } from '../../../json/exact.ts'
import { fitted } from '../../../json/fitted.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { sourceAt, withoutLayout } from '../../../json/source-text.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { Usage } from '../../conversation/row.ts'
import { type Content, readBlock, readContent } from './content.ts'
import type { Failure, ModelSaid, Piece } from './entry.ts'
import { readServerResult } from './server-result.ts'

/** Read an assistant record: a piece of a model response, or an error shown in its place. Null where it has no content at all. */
export function readAssistant(record: JsonObject, text: string): ModelSaid | Failure | null {
  const message = isObject(record['message']) ? record['message'] : { content: record['message'] ?? null }
  const content = message['content'] ?? null
  if (content === null) return null
  if (record['isApiErrorMessage'] === true || message['model'] === '<synthetic>') return readFailure(record, content)
  const rest: Content = { blocks: [], unknown: [] }
  const extra: JsonObject = {}
  const pieces: Piece[] = []
  const blocks = Array.isArray(content) ? content : [content]
  const calls = blocks.filter(block => isObject(block) && 'input' in block).length
  blocks.forEach((block, i) => {
    const piece = isObject(block) ? readPiece(block, extra, { text, path: ['message', 'content', i, 'input'], alone: calls === 1 }) : null
    if (piece === 'done') return
    if (piece !== null) pieces.push(piece)
    else {
      const before = rest.blocks.length
      readBlock(block, rest)
      for (const said of rest.blocks.slice(before)) pieces.push({ kind: 'text', block: said })
    }
  })
  if (rest.unknown.length > 0) extra['unknown_blocks'] = rest.unknown
  return {
    kind: 'model',
    messageId: stringOrNull(message['id']),
    requestId: stringOrNull(record['requestId']),
    pieces: fitted(pieces),
    facts: readFacts(record, message, extra, pieces.length > 0),
    supersedes: Array.isArray(record['supersedesUuids'])
      ? record['supersedesUuids'].filter((uuid): uuid is string => typeof uuid === 'string')
      : [],
  }
}

type ArgumentsSource = { text: string; path: (string | number)[]; alone: boolean }

/** 'done': the block is accounted for in `extra`. Null: it is ordinary content. */
function readPiece(block: JsonObject, extra: JsonObject, source: ArgumentsSource): Piece | 'done' | null {
  const type = block['type']
  if (type === 'thinking') {
    const thought = stringOrNull(block['thinking'])
    return thought === null ? { kind: 'hidden', how: 'encrypted' } : { kind: 'thought', text: thought }
  }
  if (type === 'redacted_thinking') return { kind: 'hidden', how: 'redacted' }
  if (type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use') {
    const input = block['input']
    return {
      kind: 'call',
      id: stringOrNull(block['id']),
      name: stringOrNull(block['name']) ?? 'unknown',
      args: readArguments(input, source),
      prompt: isObject(input) && (block['name'] === 'Task' || block['name'] === 'Agent') ? stringOrNull(input['prompt']) : null,
    }
  }
  if (typeof type === 'string' && type.endsWith('_tool_result')) return { kind: 'answer', answer: readServerResult(block) }
  if (type === 'fallback') {
    extra['fallback'] = { from: block['from'] ?? null, to: block['to'] ?? null }
    return 'done'
  }
  return null
}

/** The arguments as the model wrote them. What is no object is wrapped into one. */
function readArguments(input: Json | undefined, { text, path, alone }: ArgumentsSource): string {
  if (input === undefined) return '{}'
  const parsed = isObject(input) ? stringify(input) : null
  // Nearly all logs are written by JSON.stringify: when what it gives stands in the record, it is what was written.
  if (alone && parsed !== null && stands(parsed, text)) return parsed
  const source = sourceAt(text, path)
  if (source === null) return parsed ?? '{}'
  // A slice would keep the whole record in memory.
  const written = Buffer.from(withoutLayout(source)).toString()
  return isObject(input) ? written : `{"input":${written}}`
}

/** Whether a record holds the input as this text. A key with its quotes bare can stand in no string: searching for it alone is quick. */
function stands(input: string, text: string): boolean {
  for (let at = text.indexOf(INPUT); at >= 0; at = text.indexOf(INPUT, at + 1)) if (text.startsWith(input, at + INPUT.length)) return true
  return false
}
const INPUT = '"input":'

function stringify(value: Json): string | null {
  try {
    return writeJson(value)
  } catch {
    return null // nested too deeply to be written
  }
}

function readFacts(record: JsonObject, message: JsonObject, extra: JsonObject, hasContent: boolean): MessageFacts {
  const requestId = stringOrNull(record['requestId'])
  if (requestId !== null) extra['request_id'] = requestId
  for (const key of ['effort', 'attributionSkill', 'attributionAgent'] as const) {
    const value = stringOrNull(record[key])
    if (value !== null) extra[key.replace(/[A-Z]/g, c => `_${c.toLowerCase()}`)] = value
  }
  const isAborted = record['isAbortedMidStream'] === true
  if (isAborted) extra['aborted'] = true
  return {
    timestamp: stringOrNull(record['timestamp']),
    id: stringOrNull(message['id']),
    model: stringOrNull(message['model']),
    stop_reason: stringOrNull(message['stop_reason']),
    usage: readUsage(message['usage'], record['costUSD'], hasContent),
    ...(isAborted ? { train: false } : {}),
    extra,
  }
}

function readUsage(recorded: Json | undefined, cost: Json | undefined, hasContent: boolean): Usage | null {
  const costUsd = numberOrNull(cost)
  // No response that says something took no tokens: zeros are what proxies write who do not count.
  const isCounted = isObject(recorded) && !(hasContent && COUNTS.every(key => !recorded[key]))
  if (!isCounted && costUsd === null) return null
  const usage = isCounted ? recorded : {}
  const details = usage['output_tokens_details']
  const read = numberOrNull(usage['cache_read_input_tokens'])
  const written = numberOrNull(usage['cache_creation_input_tokens'])
  const fresh = numberOrNull(usage['input_tokens'])
  return {
    // The provider counts only what was neither read from its cache nor written to it.
    input_tokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
    output_tokens: numberOrNull(usage['output_tokens']),
    cached_input_tokens: read,
    cache_write_tokens: written,
    reasoning_tokens: isObject(details) ? numberOrNull(details['thinking_tokens']) : null,
    cost_usd: costUsd,
  }
}

const COUNTS = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const

function readFailure(record: JsonObject, content: Json): Failure {
  const detail: JsonObject = { text: readContent(content).blocks.map(block => block['text'] ?? null) }
  for (const key of ['error', 'errorDetails', 'apiErrorStatus', 'isApiErrorMessage'] as const)
    if (record[key] !== undefined && record[key] !== null) detail[key] = record[key]
  return { kind: 'failure', detail, retracted: [] }
}
