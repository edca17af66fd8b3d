import { posix } from 'node:path'
import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { ownValue } from '../../../json/own.ts'
import { imageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'

/** Content as blocks, the files it names, and what was odd about it. */
export type ReadContent = { blocks: Block[]; assets: JsonObject[]; oddities: { code: string; detail: Json }[] }

/** Larger files stay where they are: the block keeps their path. */
const MAX_INLINE_BYTES = 8 << 20

/** Formats of audio blocks, by media type; RFC 0001 lists the aliases. */
const AUDIO_FORMATS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/x-mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/x-m4a': 'mp4',
  'audio/m4a': 'mp4',
  'audio/mp4': 'mp4',
  'audio/x-flac': 'flac',
}

/** Read a `message` or an observation's `content`: text, or parts whose files are looked for beside the document. */
export async function readContent(content: Json | undefined, source: Source, folder: string): Promise<ReadContent> {
  const read: ReadContent = { blocks: [], assets: [], oddities: [] }
  if (typeof content === 'string') {
    if (content !== '') read.blocks.push(textBlock(content))
  } else if (Array.isArray(content)) {
    for (const part of content) read.blocks.push(...(await readPart(part, source, folder, read)))
  } else if (content !== null && content !== undefined) {
    read.oddities.push({ code: 'wrong_type', detail: { field: 'content', found: typeof content } })
    read.blocks.push(textBlock(writeJson(content)))
  }
  return read
}

async function readPart(part: Json, source: Source, folder: string, read: ReadContent): Promise<Block[]> {
  if (typeof part === 'string') return [textBlock(part)]
  if (isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string')
    return part['text'] === '' ? [] : [textBlock(part['text'])]
  const file = isObject(part) && isObject(part['source']) ? part['source'] : null
  const path = stringOrNull(file?.['path'])
  if (isObject(part) && file !== null && path !== null && (part['type'] === 'image' || part['type'] === 'audio')) {
    const mediaType = stringOrNull(file['media_type']) ?? (part['type'] === 'image' ? 'image/png' : 'audio/wav')
    const bytes = await readAsset(path, source, folder, read)
    read.assets.push({ ...file, block: read.blocks.length, inline: bytes !== null })
    if (part['type'] === 'image') return [imageBlock(bytes === null ? path : `data:${mediaType};base64,${bytes}`)]
    const format = ownValue(AUDIO_FORMATS, mediaType.toLowerCase()) ?? mediaType.replace(/^audio\/(x-)?/, '')
    return [{ type: 'input_audio', input_audio: bytes === null ? { url: path, format } : { data: bytes, format } }]
  }
  read.oddities.push({ code: 'unknown_content_part', detail: isObject(part) ? (part['type'] ?? null) : typeof part })
  return isObject(part) && typeof part['type'] === 'string' ? [part as Block] : [textBlock(writeJson(part))]
}

/** The file in base64; null where it stays a path. */
async function readAsset(path: string, source: Source, folder: string, read: ReadContent): Promise<string | null> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return null // an address
  const local = posix.isAbsolute(path) ? source.relative(path) : posix.join(folder, path)
  if (local === null || local.startsWith('../')) {
    read.oddities.push({ code: 'asset_outside', detail: { path } })
    return null
  }
  try {
    const facts = source.facts(local)
    if (facts === null) read.oddities.push({ code: 'missing_asset', detail: { path } })
    if (facts === null || facts.size > MAX_INLINE_BYTES) return null
    return (await source.head(local, facts.size)).toString('base64')
  } catch {
    // A link that leads out of the folder, or no permission.
    read.oddities.push({ code: 'asset_outside', detail: { path } })
    return null
  }
}
