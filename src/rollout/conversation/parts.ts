import { writeJson } from '../../json/exact.ts'
import { isNumber, isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../json/json.ts'
import { elementsOf, sourceAt } from '../../json/source-text.ts'
import { argumentsText } from './arguments.ts'
import { imageBlock, textBlock } from './blocks.ts'
import type { Block } from './row.ts'

/** A piece of a message, in whichever API's shape it was written. */
export type Part =
  | { is: 'block'; block: Block }
  | { is: 'thought'; text: string; kind: 'full' | 'summary' }
  | { is: 'hidden'; kind: 'encrypted' | 'redacted' }
  | { is: 'call'; id: string | null; name: string; args: string }
  | { is: 'result'; id: string | null; name: string | null; content: Block[]; isError: boolean | null }

/**
 * The pieces of a message's content: a text, a block, or a list of both, as the APIs of OpenAI, Anthropic, Google and the AI SDK have
 * them, and the agents that are made with these. What is none of them is kept as it is. `written`: the content's source text.
 */
export function partsOf(content: Json | undefined, written: string | null = null): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [said(textBlock(content))]
  if (isObject(content)) return partOf(content, written)
  if (!Array.isArray(content)) return []
  const sources = written === null || !content.some(item => isObject(item) && isCall(item)) ? [] : elementsOf(written)
  return content.flatMap((item, i) => (isObject(item) ? partOf(item, sources[i] ?? null) : partsOf(textOfScalar(item))))
}

/** Blocks of a content that holds no calls, such as a tool's result. */
export function blocksOf(content: Json | undefined): Block[] {
  return partsOf(content).flatMap(part => {
    if (part.is === 'block') return [part.block]
    if (part.is === 'result') return part.content
    return part.is === 'thought' ? [textBlock(part.text)] : []
  })
}

/** What a tool gave back, as blocks: content of a message, or any other value as its JSON text. */
export function resultBlocks(value: Json | undefined): Block[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return blocksOf(value)
  if (isObject(value)) {
    const { type } = value
    // The AI SDK's tagged output.
    if (typeof type === 'string' && /^(?:error-)?(?:text|json|content)$/.test(type) && 'value' in value) return resultBlocks(value['value'])
    if (typeof type === 'string' && isMessagePart(value)) return blocksOf(value)
    return [textBlock(writeJson(value))]
  }
  if (Array.isArray(value) && value.every(item => typeof item === 'string' || (isObject(item) && isMessagePart(item))))
    return blocksOf(value)
  return [textBlock(typeof value === 'object' ? writeJson(value) : String(value))]
}

function said(block: Block): Part {
  return { is: 'block', block }
}

const CALLS: ReadonlySet<unknown> = new Set(['tool_use', 'tool-call', 'tool_call', 'toolCall', 'function_call', 'server_tool_use'])
const RESULTS: ReadonlySet<unknown> = new Set(['tool_result', 'tool-result', 'toolResult', 'function_call_output', 'tool_call_response'])
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'reasoning', 'think', 'thought'])
const TEXTS: ReadonlySet<unknown> = new Set(['text', 'input_text', 'output_text', undefined])

function isCall(item: JsonObject): boolean {
  return CALLS.has(item['type']) || isObject(item['functionCall'])
}

function isMessagePart(item: JsonObject): boolean {
  const { type } = item
  return (
    (TEXTS.has(type) && typeof item['text'] === 'string') ||
    ['image', 'image_url', 'input_image', 'media', 'file', 'document', 'resource'].includes(String(type)) ||
    RESULTS.has(type)
  )
}

function partOf(item: JsonObject, written: string | null): Part[] {
  const { type } = item
  if (isObject(item['functionCall'])) return [callOf(item['functionCall'], written === null ? null : sourceAt(written, ['functionCall']))]
  if (isObject(item['functionResponse'])) return [functionResponseOf(item['functionResponse'])]
  if (CALLS.has(type)) return [callOf(item, written)]
  if (RESULTS.has(type)) return [resultOf(item)]
  if (type === 'redacted_thinking') return [{ is: 'hidden', kind: 'redacted' }]
  if (THOUGHTS.has(type) || item['thought'] === true) return thoughtOf(item)
  if (TEXTS.has(type) && typeof item['text'] === 'string') return item['text'] === '' ? [] : [said(textBlock(item['text']))]
  const image = imageOf(item)
  if (image !== null) return [said(image)]
  return [said(typeof type === 'string' ? { ...item, type } : { type: 'unknown', value: item })]
}

/** Names under which APIs have the parts of a call. */
const ARGUMENTS = ['input', 'arguments', 'args', 'parameters'] as const

function callOf(item: JsonObject, written: string | null): Part {
  const key = ARGUMENTS.find(name => item[name] !== undefined && item[name] !== null)
  const source = written === null || key === undefined ? null : sourceAt(written, [key])
  return {
    is: 'call',
    id: stringIn(item, 'id', 'toolCallId', 'tool_call_id', 'call_id', 'tool_use_id'),
    name: stringIn(item, 'name', 'toolName', 'tool_name') ?? '',
    args: argumentsText(key === undefined ? null : item[key], source),
  }
}

function resultOf(item: JsonObject): Part {
  const value = ['content', 'output', 'result', 'response'].map(name => item[name]).find(found => found !== undefined && found !== null)
  const isError = item['is_error'] ?? item['isError'] ?? null
  const tagged = isObject(value) && typeof value['type'] === 'string' && value['type'].startsWith('error-')
  return {
    is: 'result',
    id: stringIn(item, 'tool_use_id', 'toolCallId', 'tool_call_id', 'toolUseId', 'call_id', 'id'),
    name: stringIn(item, 'toolName', 'name'),
    content: resultBlocks(value),
    isError: typeof isError === 'boolean' ? isError : tagged ? true : null,
  }
}

/** Google's: an object with an output or an error in it. */
function functionResponseOf(item: JsonObject): Part {
  const response = item['response']
  const error = isObject(response) ? (response['error'] ?? null) : null
  const output = isObject(response) ? (response['output'] ?? response['content'] ?? null) : null
  const parts = Array.isArray(item['parts']) ? blocksOf(item['parts']) : []
  return {
    is: 'result',
    id: stringIn(item, 'id'),
    name: stringOrNull(item['name']),
    content: [...resultBlocks(error ?? output ?? response), ...parts],
    isError: error !== null ? true : null,
  }
}

function thoughtOf(item: JsonObject): Part[] {
  const kind = item['type'] === 'thinking' || item['type'] === 'think' || item['type'] === 'reasoning' ? 'full' : 'summary'
  const text = stringIn(item, 'thinking', 'think', 'text', 'reasoning', 'content')
  if (text !== null) return [{ is: 'thought', text, kind }]
  const summary = Array.isArray(item['summary']) ? blocksOf(item['summary']) : blocksOf(stringOrNull(item['summary']))
  if (summary.length > 0) return summary.map(block => ({ is: 'thought', text: String(block['text']), kind: 'summary' }))
  return stringIn(item, 'signature', 'encrypted', 'encrypted_content', 'data') !== null ? [{ is: 'hidden', kind: 'encrypted' }] : []
}

/** An image of any API: base64 data with its type, or an address. */
function imageOf(item: JsonObject): Block | null {
  if (item['type'] === 'image_url' || item['type'] === 'input_image') {
    const { image_url: image, detail } = item
    if (typeof image === 'string') return imageBlock(image, detail === undefined ? {} : { detail })
    if (!isObject(image)) return null
    const { url, ...known } = image
    return typeof url === 'string' ? imageBlock(url, known) : null
  }
  const inline = isObject(item['inlineData']) ? item['inlineData'] : isObject(item['inline_data']) ? item['inline_data'] : null
  if (item['type'] !== 'image' && inline === null) return null
  const source = inline ?? (isObject(item['source']) ? item['source'] : item)
  const mediaType = mediaTypeIn(source) ?? mediaTypeIn(item) ?? 'image/png'
  if (!mediaType.startsWith('image/')) return null
  const data = stringIn(source, 'data', 'url', 'image')
  if (data === null) return null
  const told = typeof item['detail'] === 'string' ? { detail: item['detail'] } : {}
  return imageBlock(/^(?:data|https?|file|blob):/.test(data) ? data : `data:${mediaType};base64,${data}`, told)
}

function mediaTypeIn(item: JsonObject): string | null {
  return stringIn(item, 'mimeType', 'mime_type', 'media_type', 'mediaType', 'mime')
}

function textOfScalar(item: Json): string {
  return item === null || (typeof item === 'object' && !isNumber(item)) ? '' : String(item)
}
