import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { imageBlock, inlineImageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'
import { small } from './small.ts'

/** Content of any message as blocks: a string, or a list of text, images and whatever else stands there. */
export function blocksOf(content: Json | undefined): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [textBlock(content)]
  if (!Array.isArray(content)) return isObject(content) ? [blockOf(content)] : []
  return content.flatMap(item => {
    if (typeof item === 'string') return [textBlock(item)]
    if (!isObject(item)) return [{ type: 'unknown', value: small(item) }]
    return item['type'] === 'text' && item['text'] === '' ? [] : [blockOf(item)]
  })
}

/** One content block in the form chat APIs take; a block of another kind is kept as it was. */
export function blockOf(item: JsonObject): Block {
  if (item['type'] === 'text' && typeof item['text'] === 'string') return textBlock(item['text'])
  if (item['type'] === 'image') return imageOf(item) ?? { type: 'image', value: small(item) }
  return isWritable(item) && typeof item['type'] === 'string' ? { ...item, type: item['type'] } : { type: 'unknown', value: small(item) }
}

/** Nesting can be deeper than can be written back. */
function isWritable(item: JsonObject): boolean {
  try {
    writeJson(item)
    return true
  } catch {
    return false
  }
}

/** An image is base64 text, or a reference to a file of oh-my-pi's blob folder, which is kept as it is. */
function imageOf(item: JsonObject): Block | null {
  const source = isObject(item['source']) ? item['source'] : item
  const data = stringOrNull(source['data']) ?? stringOrNull(source['url'])
  if (data === null) return null
  if (/^(blob|data|https?):/.test(data)) return imageBlock(data)
  return inlineImageBlock(stringOrNull(source['mimeType']) ?? stringOrNull(source['media_type']) ?? 'image/png', data)
}
