import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'
import { type Content, readBlock } from './content.ts'
import type { ToolAnswer } from './entry.ts'

/**
 * Read the result of a tool that ran at the provider, inside the response: web search, code execution, an advisor … A result is known
 * by its fields, for there are new kinds of them all the time; what is in no known field stays as JSON.
 */
export function readServerResult(block: JsonObject): ToolAnswer {
  const read: Result = { blocks: [], rest: [], isError: block['is_error'] === true, extra: { server_tool: block['type'] ?? null } }
  const content = block['content'] ?? null
  for (const part of Array.isArray(content) ? content : [content]) readPart(part, read)
  if (read.rest.length > 0) read.blocks.push(textBlock(writeJson(read.rest)))
  return {
    callId: stringOrNull(block['tool_use_id']),
    caller: null,
    content: read.blocks,
    isError: read.isError ? true : typeof block['is_error'] === 'boolean' ? block['is_error'] : null,
    extra: read.extra,
  }
}

type Result = { blocks: Block[]; rest: Json[]; isError: boolean; extra: JsonObject }

function readPart(part: Json, read: Result): void {
  if (part === null) return
  if (!isObject(part)) {
    if (typeof part === 'string' && part !== '') read.blocks.push(textBlock(part))
    else if (typeof part !== 'string') read.rest.push(part)
    return
  }
  const type = stringOrNull(part['type']) ?? ''
  const code = numberOrNull(part['return_code'])
  if (code !== null) read.extra['exit_code'] = code
  read.isError ||= type.endsWith('_error') || (code !== null && code !== 0)
  if (type.endsWith('_error')) read.extra['error'] = part['error_code'] ?? type
  const before = read.blocks.length
  for (const key of type.endsWith('_error') ? ERROR_TEXTS : TEXTS) {
    const text = part[key]
    if (typeof text === 'string' && text !== '') read.blocks.push(textBlock(text))
  }
  readNested(part, read)
  if (read.blocks.length > before || code !== null || part['text'] === '') return
  if (isHidden(part)) read.extra['redacted'] = true
  else if (!Array.isArray(part['tool_references'])) read.rest.push(readable(part))
}

/** Documents that were fetched, files that were viewed or made, tools that were found. */
function readNested(part: JsonObject, read: Result): void {
  const { content, tool_references: references } = part
  if (Array.isArray(references))
    read.extra['tool_references'] = references.map(reference => (isObject(reference) ? (reference['tool_name'] ?? null) : reference))
  if (typeof part['type'] === 'string' && KNOWN_CONTENT.has(part['type'])) readOne(part, read)
  else if (isObject(content)) readOne(content, read)
  else if (Array.isArray(content)) for (const one of content) readOne(one, read)
}

function readOne(block: Json, { blocks, rest }: Result): void {
  const inner: Content = { blocks: [], unknown: [] }
  readBlock(block, inner)
  blocks.push(...inner.blocks)
  rest.push(...inner.unknown.map(readable))
}

/** Where a part says its words; those of an error say more than its code. */
const TEXTS = ['text', 'stdout', 'stderr', 'output'] as const
const ERROR_TEXTS = ['error_message', 'message', 'error_code'] as const
const KNOWN_CONTENT = new Set(['image', 'document', 'search_result'])

/** Whether a part says what it says to the provider alone. */
function isHidden(part: JsonObject): boolean {
  const keys = Object.keys(part).filter(key => key !== 'type')
  return keys.some(key => key.startsWith('encrypted_')) && keys.every(key => key.startsWith('encrypted_') || key === 'stop_reason')
}

/** What is left without what only the provider can read. */
function readable(content: Json): Json {
  if (Array.isArray(content)) return content.map(readable)
  if (!isObject(content)) return content
  return Object.fromEntries(Object.entries(content).filter(([key]) => key !== 'encrypted_content' && key !== 'encrypted_index'))
}
