import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, stringOrNull } from '../../../json/json.ts'
import { imageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'

/** Content of a message or a tool's output as blocks. Text and images are normalised, what is unreadable is left out, the rest is kept. */
export function toBlocks(content: Json | undefined): Block[] {
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return content === '' ? [] : [textBlock(content)]
  if (Array.isArray(content)) {
    if (areBlocks(content)) return content
    const blocks: Block[] = []
    for (const part of content) blocks.push(...toBlock(part))
    return blocks
  }
  if (!isObject(content)) return [textBlock(writeJson(content))]
  const inner = content['content_items'] ?? content['content']
  if (typeof content['type'] === 'string') return toBlock(content)
  return typeof inner === 'string' || Array.isArray(inner) ? toBlocks(inner) : [textBlock(writeJson(content))]
}

/**
 * Content of a message as blocks where it is nothing but text, as nearly all are, else as it was: it is looked at many times, and held by
 * the message as it is.
 */
export function asTextBlocks(content: Json | undefined): Json | undefined {
  if (!Array.isArray(content) || !content.every(isTextPart)) return content
  return content.map(part => textBlock(part.text))
}

function isTextPart(part: Json): part is { type: string; text: string } {
  return isObject(part) && TEXT_TYPES.has(part['type'] as string) && typeof part['text'] === 'string'
}

/** Whether content is what `asTextBlocks` makes of it. */
function areBlocks(content: Json[]): content is Block[] {
  for (const part of content) {
    if (!isObject(part) || part['type'] !== 'text' || typeof part['text'] !== 'string') return false
    for (const key in part) if (key !== 'type' && key !== 'text') return false
  }
  return content.length > 0
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['input_text', 'output_text', 'text', 'Text', 'inputText'])

function toBlock(part: Json): Block[] {
  if (typeof part === 'string') return [textBlock(part)]
  if (!isObject(part)) return part === null ? [] : [textBlock(writeJson(part))]
  const type = stringOrNull(part['type'])
  if (type !== null && TEXT_TYPES.has(type)) return typeof part['text'] === 'string' ? [textBlock(part['text'])] : []
  switch (type) {
    case 'input_image':
    case 'inputImage':
    case 'image': {
      const url = stringOrNull(part['image_url']) ?? stringOrNull(part['imageUrl']) ?? mcpImage(part)
      return url === null ? [] : [imageBlock(url, typeof part['detail'] === 'string' ? { detail: part['detail'] } : {})]
    }
    case 'encrypted_content':
      return []
    case null:
      return [textBlock(writeJson(part))]
    default:
      return [{ ...part, type }]
  }
}

function mcpImage(part: { [key: string]: Json }): string | null {
  const data = stringOrNull(part['data'])
  return data === null ? null : `data:${stringOrNull(part['mimeType']) ?? 'image/png'};base64,${data}`
}

/** Number of parts of a content that are there and cannot be read. */
export function countEncrypted(content: Json | undefined): number {
  return Array.isArray(content) ? content.filter(part => isObject(part) && part['type'] === 'encrypted_content').length : 0
}
