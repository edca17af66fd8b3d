import { fitted } from '../../../json/fitted.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { imageBlock, inlineImageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'

/** Message content as blocks of a row, and the blocks there is no place for among them. */
export type Content = { blocks: Block[]; unknown: Json[] }

/** Turn Anthropic message content (a string, or blocks) into blocks of a row. */
export function readContent(content: Json | undefined): Content {
  const read: Content = { blocks: [], unknown: [] }
  if (typeof content === 'string') {
    if (content !== '') read.blocks.push(textBlock(content))
  } else if (Array.isArray(content)) for (const block of content) readBlock(block, read)
  else if (isObject(content)) readBlock(content, read)
  else if (content !== null && content !== undefined) read.unknown.push(content)
  return { blocks: fitted(read.blocks), unknown: read.unknown }
}

/** Add what one block says to `read`. */
export function readBlock(block: Json, read: Content): void {
  if (typeof block === 'string') {
    if (block !== '') read.blocks.push(textBlock(block))
    return
  }
  if (!isObject(block)) {
    read.unknown.push(block)
    return
  }
  const text = block['text']
  const source = block['source']
  if (block['type'] === 'text' && typeof text === 'string') {
    if (text !== '') read.blocks.push(textBlock(text))
  } else if (block['type'] === 'image' && isObject(source)) {
    const image = readImage(source)
    if (image === null) read.unknown.push(block)
    else read.blocks.push(image)
  } else if (block['type'] === 'document' && isObject(source)) readDocument(block, source, read)
  else if (block['type'] === 'search_result' && Array.isArray(block['content'])) for (const part of block['content']) readBlock(part, read)
  else read.unknown.push(block)
}

function readImage(source: JsonObject): Block | null {
  const data = stringOrNull(source['data'])
  if (data !== null) return inlineImageBlock(stringOrNull(source['media_type']) ?? 'image/png', data)
  const url = stringOrNull(source['url'])
  return url === null ? null : imageBlock(url)
}

function readDocument(block: JsonObject, source: JsonObject, read: Content): void {
  const data = stringOrNull(source['data'])
  const title = stringOrNull(block['title'])
  const name = title === null ? {} : { filename: title }
  if (data !== null && source['type'] === 'text') read.blocks.push(textBlock(data))
  else if (data !== null) {
    const mediaType = stringOrNull(source['media_type']) ?? 'application/pdf'
    read.blocks.push({ type: 'file', file: { ...name, file_data: `data:${mediaType};base64,${data}` } })
  } else if (typeof source['url'] === 'string') read.blocks.push({ type: 'file', file: { ...name, file_url: source['url'] } })
  else if (source['content'] !== undefined) {
    const inner = readContent(source['content'])
    read.blocks.push(...inner.blocks)
    read.unknown.push(...inner.unknown)
  } else read.unknown.push(block)
}
