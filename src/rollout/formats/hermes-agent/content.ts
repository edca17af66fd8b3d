import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { imageBlock, inlineImageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'

/** Content as stored, as blocks: text, lists of parts in the shapes of several providers, and what else was found, as JSON text. */
export function blocksOf(content: Json): Block[] {
  if (content === null || content === '') return []
  if (typeof content === 'string') return [textBlock(content)]
  if (Array.isArray(content)) return content.flatMap(partOf)
  // A tool that answers with pictures wraps its parts.
  if (isObject(content) && Array.isArray(content['content'])) return content['content'].flatMap(partOf)
  return [textBlock(writeJson(content))]
}

function partOf(part: Json): Block[] {
  if (part === null || part === '') return []
  if (!isObject(part)) return [textBlock(typeof part === 'string' ? part : writeJson(part))]
  const type = part['type']
  const { text = '' } = part
  if (String(type ?? 'text').endsWith('text')) return text === '' ? [] : [textBlock(typeof text === 'string' ? text : writeJson(text))]
  const image = type === 'image_url' || type === 'input_image' || type === 'image' ? imageOf(part) : null
  if (image !== null) return [image]
  return typeof type === 'string' ? [{ ...part, type }] : [textBlock(writeJson(part))]
}

function imageOf(part: JsonObject): Block | null {
  const image = part['image_url']
  if (typeof image === 'string') return imageBlock(image)
  if (isObject(image) && typeof image['url'] === 'string') {
    const { url, ...rest } = image
    return imageBlock(url as string, rest)
  }
  const source = part['source']
  if (!isObject(source) || typeof source['data'] !== 'string' || typeof source['media_type'] !== 'string') return null
  return inlineImageBlock(source['media_type'], source['data'])
}
