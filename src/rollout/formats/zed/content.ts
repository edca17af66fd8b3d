import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson, stringIn, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { inlineImageBlock, textBlock, textOf } from '../../conversation/blocks.ts'
import type { Part } from '../../conversation/parts.ts'
import type { Block } from '../../conversation/row.ts'

/** What a message in the user's role holds: what was typed, and the text of what is mentioned in it, which the editor adds. */
export function heardIn(message: JsonObject): { content: Block[]; injected: number[]; mentions: Json[] } {
  const content: Block[] = []
  const injected: number[] = []
  const mentions: Json[] = []
  const add = (text: Json | undefined, isInjected: boolean) => {
    if (typeof text !== 'string' || text === '') return
    if (isInjected) injected.push(content.length)
    content.push(textBlock(text))
  }
  // Before version 0.3 what is attached stands in front of what was typed.
  add(message['context'], true)
  for (const item of itemsIn(message)) {
    if (isObject(item['Mention'])) {
      mentions.push(item['Mention']['uri'] ?? null)
      add(item['Mention']['content'], true)
    } else if (isObject(item['Image'])) content.push(imageOf(item['Image']))
    else if (typeof item['Text'] === 'string') add(item['Text'], false)
    else if (typeof item['type'] === 'string' && typeof item['text'] === 'string') add(item['text'], false)
    else content.push({ type: 'unknown', value: item })
  }
  return { content, injected, mentions }
}

/** The pieces of a response, and whether all its calls are whole. `text`: its record as written, in which it stands at `path`. */
export function partsOf(message: JsonObject, text: string | null, path: readonly string[]): { parts: Part[]; isWhole: boolean } {
  const sources = text === null ? [] : elementsOf(sourceAt(text, [...path, 'content']) ?? '')
  const items: Json[] = Array.isArray(message['content']) ? message['content'] : []
  const written = new Map(items.map((item, i) => [item, sources[i]] as const))
  const said = itemsIn(message).flatMap((item): Part[] => {
    if (!isObject(item['ToolUse'])) return saidIn(item)
    const source = written.get(item)
    return [callOf(item['ToolUse'], source === undefined ? null : sourceAt(source, ['ToolUse', 'input']))]
  })
  // Before version 0.3 calls stand beside what was said.
  const listed = Array.isArray(message['tool_uses']) ? message['tool_uses'] : []
  const ofListed = text === null || listed.length === 0 ? [] : elementsOf(sourceAt(text, [...path, 'tool_uses']) ?? '')
  const calls = listed.flatMap((use, i): Part[] => {
    const source = ofListed[i]
    return isObject(use) ? [callOf(use, source === undefined ? null : sourceAt(source, ['input']))] : []
  })
  return { parts: [...said, ...calls], isWhole: !usesIn(message).some(use => use['is_input_complete'] === false) }
}

/** The calls of a response. */
export function usesIn(message: JsonObject): JsonObject[] {
  const listed = Array.isArray(message['tool_uses']) ? message['tool_uses'].filter(isObject) : []
  return [...itemsIn(message).flatMap(item => (isObject(item['ToolUse']) ? [item['ToolUse']] : [])), ...listed]
}

/** What a tool gave back. */
export function resultOf(result: JsonObject) {
  const content = blocksOf(result['content'])
  const words = textOf(content)
  const output = result['output'] ?? null
  const isOwn = output !== null && output !== words && !(isObject(output) && writeJson(output) === words)
  return {
    id: stringIn(result, 'tool_use_id'),
    content,
    isError: typeof result['is_error'] === 'boolean' ? result['is_error'] : null,
    isCanceled: result['is_error'] === true && /^Tool canceled by user/.test(words),
    extra: isOwn ? { output } : {},
  }
}

function itemsIn(message: JsonObject): JsonObject[] {
  if (typeof message['text'] === 'string' && message['segments'] === undefined) return [{ type: 'text', text: message['text'] }]
  const items = message['content'] ?? message['segments']
  return Array.isArray(items) ? items.filter(isObject) : []
}

function saidIn(item: JsonObject): Part[] {
  const type = stringOrNull(item['type'])
  const thought = isObject(item['Thinking']) ? item['Thinking'] : type === 'thinking' ? item : null
  if (thought !== null) return typeof thought['text'] === 'string' ? [{ is: 'thought', text: thought['text'], kind: 'full' }] : []
  if (item['RedactedThinking'] !== undefined || type === 'redacted_thinking') return [{ is: 'hidden', kind: 'redacted' }]
  const text = typeof item['Text'] === 'string' ? item['Text'] : type === 'text' ? item['text'] : undefined
  if (typeof text === 'string') return text === '' ? [] : [{ is: 'block', block: textBlock(text) }]
  if (isObject(item['Image'])) return [{ is: 'block', block: imageOf(item['Image']) }]
  return [{ is: 'block', block: { type: 'unknown', value: item } }]
}

function callOf(use: JsonObject, source: string | null): Part {
  const raw = stringOrNull(use['raw_input'])
  const args = raw !== null && isObject(parseJson(raw)) ? raw : argumentsText(use['input'], source)
  return { is: 'call', id: stringIn(use, 'id'), name: stringOrNull(use['name']) ?? '', args }
}

/** What a result says: a text, a picture, or a list of them. */
function blocksOf(content: Json | undefined): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [textBlock(content)]
  if (Array.isArray(content)) return content.flatMap(blocksOf)
  if (!isObject(content)) return []
  const text = content['Text'] ?? content['text']
  if (typeof text === 'string') return text === '' ? [] : [textBlock(text)]
  const image = isObject(content['Image']) ? content['Image'] : typeof content['source'] === 'string' ? content : null
  return [image === null ? { type: 'unknown', value: content } : imageOf(image)]
}

/** Zed keeps every picture as a PNG. */
function imageOf(image: JsonObject): Block {
  return inlineImageBlock('image/png', stringOrNull(image['source']) ?? '')
}
