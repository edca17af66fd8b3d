import { createHash } from 'node:crypto'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../json/json.ts'
import type { Block } from '../conversation/row.ts'

/** A picture or a sound that lies beside a trajectory, since ATIF has files and no bytes in its text. */
export type Asset = {
  /** Relative to the trajectory, e.g. 'assets/0c1d….png'. */
  path: string
  /** What the file holds. */
  bytes: Buffer
}

/** Where the bytes of pictures and sounds go. */
export type AssetKeeping =
  | 'beside' // files beside the trajectory, which name themselves by their content
  | 'inline' // `data:` addresses, for trajectories that are lines of one file

/** A message's content as ATIF has it, and the blocks that it has no kind for, each with its place among all. */
export type AtifContent = {
  /** Text, or parts where there is more than one text. */
  content: string | JsonObject[]
  /** Blocks that are neither text, image nor audio. */
  kept: { at: number; block: Block }[]
  /** Files that the parts name. */
  assets: Asset[]
  /** Whether audio is among the parts, which ATIF has since 1.8. */
  hasAudio: boolean
}

/** Blocks in the terms of ATIF. Nothing of a block is lost: what ATIF cannot say is handed back. */
export function atifContent(blocks: readonly Block[], keeping: AssetKeeping): AtifContent {
  const parts: JsonObject[] = []
  const kept: AtifContent['kept'] = []
  const assets: Asset[] = []
  for (const [at, block] of blocks.entries()) {
    const part = textPart(block) ?? mediaPart(block, keeping, assets)
    if (part === null) kept.push({ at, block })
    else parts.push(part)
  }
  const [only] = parts
  const isPlain = parts.length === 0 || (parts.length === 1 && only!['type'] === 'text')
  const hasAudio = parts.some(({ type }) => type === 'audio')
  return { content: isPlain ? String(only?.['text'] ?? '') : parts, kept, assets, hasAudio }
}

function textPart({ type, text, ...rest }: Block): JsonObject | null {
  return type === 'text' && typeof text === 'string' && Object.keys(rest).length === 0 ? { type, text } : null
}

function mediaPart({ type, ...rest }: Block, keeping: AssetKeeping, assets: Asset[]): JsonObject | null {
  const inner = rest[type] ?? null
  if (Object.keys(rest).length !== 1 || !isObject(inner)) return null
  if (type === 'image_url') return imagePart(inner, keeping, assets)
  return type === 'input_audio' ? audioPart(inner, keeping, assets) : null
}

function imagePart({ url, ...rest }: JsonObject, keeping: AssetKeeping, assets: Asset[]): JsonObject | null {
  const address = stringOrNull(url)
  if (address === null || Object.keys(rest).length > 0) return null
  const data = /^data:(image\/[a-z+.-]+);base64,/i.exec(address)
  const mediaType = data?.[1]?.toLowerCase() ?? IMAGE_TYPES.get(endingOf(address)) ?? null
  if (mediaType === null || ![...IMAGE_TYPES.values()].includes(mediaType)) return null
  if (data === null && !isAddress(address)) return null
  const path = data === null || keeping === 'inline' ? address : keep(address.slice(data[0].length), mediaType, assets)
  return path === null ? null : { type: 'image', source: { media_type: mediaType, path } }
}

function audioPart({ data, url, format, ...rest }: JsonObject, keeping: AssetKeeping, assets: Asset[]): JsonObject | null {
  const mediaType = AUDIO_TYPES.get(String(format)) ?? null
  if (mediaType === null || Object.keys(rest).length > 0) return null
  if (typeof url === 'string' && data === undefined) return isAddress(url) ? audio(mediaType, url) : null
  // A `data:` address is read back as an address: the bytes stay in the block.
  if (typeof data !== 'string' || url !== undefined || keeping === 'inline') return null
  const path = keep(data, mediaType, assets)
  return path === null ? null : audio(mediaType, path)
}

function audio(mediaType: string, path: string): JsonObject {
  return { type: 'audio', source: { media_type: mediaType, path } }
}

/** The path of a file with these bytes; null where the text is no base64 of any. */
function keep(base64: string, mediaType: string, assets: Asset[]): string | null {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) return null
  const path = `assets/${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${mediaType.replace(/^.*\//, '')}`
  assets.push({ path, bytes })
  return path
}

/** Whether a text leads somewhere without a folder: a path would name a file beside the trajectory, where there is none. */
function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

function endingOf(address: string): string {
  return /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(address)?.[1]?.toLowerCase() ?? ''
}

/** The kinds of pictures that ATIF has, by the ending of their files. */
const IMAGE_TYPES = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
])

/** The kinds of sounds that ATIF has, by the name chat APIs give them. */
const AUDIO_TYPES = new Map<Json, string>([
  ['wav', 'audio/wav'],
  ['mp3', 'audio/mpeg'],
  ['mp4', 'audio/mp4'],
  ['flac', 'audio/flac'],
  ['aac', 'audio/aac'],
  ['ogg', 'audio/ogg'],
  ['webm', 'audio/webm'],
  ['aiff', 'audio/aiff'],
])
