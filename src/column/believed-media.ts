import { readJsonOr, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import type { ContentBlock } from '../model/model.ts'
import { ModelError } from '../model/model-error.ts'
import { pictureType } from '../picture-type.ts'
import type { PictureFolder } from './column.ts'
import type { MediaContext } from './media.ts'

/**
 * The media of a cell as Data Designer puts them before a model: it believes what the config and the cell say of themselves, and looks
 * into the bytes of a picture only where neither says anything. Throws where it fails. For `compat` alone.
 */
export function believedMedia(value: Json, context: MediaContext, pictures?: PictureFolder): ContentBlock[] {
  const isOurs = (context.modality ?? 'image') === 'image' && context.dataType !== 'url'
  const kept = (item: Json) => (isOurs && typeof item === 'string' ? (pictures?.read(item) ?? item) : item)
  return valuesIn(value).map(item => blockOf(kept(item), context))
}

/** The same of version 0.5.7, which knows pictures alone: an address is the block's, and data are put behind a prefix, whatever they begin with. */
export function mediaOf057(value: Json, context: MediaContext, pictures?: PictureFolder): ContentBlock[] {
  const { columnName, dataType } = context
  return valuesIn(value).map(item => {
    const address = (url: Json) => ({ type: 'image_url', image_url: url })
    if (dataType === 'url') return address(item)
    if (typeof item !== 'string') throw refused(columnName, item, 'text')
    if (dataType === undefined && isPictureAddress(item)) return address(item)
    const base64 = dataType === undefined ? (pictures?.read(item) ?? item) : item
    const format = formatSaid(context) ?? detected(base64)
    if (format === null) throw refused(columnName, item, 'base64 of a png, jpg, gif or webp')
    return address({ url: `data:image/${format};base64,${base64}`, format })
  })
}

function isPictureAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && KINDS.image.endings.some(ending => text.toLowerCase().includes(ending))
}

function valuesIn(value: Json): Json[] {
  if (Array.isArray(value)) return value
  const list = typeof value === 'string' ? readJsonOr(value) : undefined
  return Array.isArray(list) ? list : [value]
}

function blockOf(value: Json, context: MediaContext): ContentBlock {
  const { columnName, dataType } = context
  const kind = context.modality ?? 'image'
  const { types, endings } = KINDS[kind]
  const refuse = (expected: string) => refused(columnName, value, expected)
  const text = typeof value === 'string' ? value : null
  const isAddress = text !== null && /^https?:\/\//.test(text)
  const isFile = text !== null && !isAddress && endings.some(ending => text.toLowerCase().endsWith(ending))
  if (dataType === 'url') {
    if (kind !== 'image' && !isAddress && !isFile) throw refuse('an address, or a file of that kind')
    return addressed(kind, value)
  }
  // To it the address of a picture holds an ending of one.
  if (dataType === undefined && (kind === 'image' ? text !== null && isPictureAddress(text) : isAddress)) return addressed(kind, value)
  const said = formatSaid(context)
  const data = /^data:([^;]+);base64,(.+)$/.exec(text ?? '')
  if (data !== null) {
    const format = types.get(data[1]!.toLowerCase())
    if (format === undefined) throw refuse(`one of ${[...types.keys()].join(', ')}`)
    if (said !== null && format !== (said === 'jpeg' ? 'jpg' : said)) throw refuse(`data of format ${said}`)
    return embedded(kind, data[1]!, format, data[2]!)
  }
  if (kind !== 'image' && isFile) throw refuse('base64; names of files go with data_type url')
  if (text === null) throw refuse('text')
  if (kind === 'image') {
    const format = said ?? detected(text)
    if (format === null) throw refuse('base64 of a png, jpg, gif or webp')
    return embedded(kind, `image/${format}`, format, text)
  }
  const type = [...types].find(([, format]) => format === said)?.[0]
  if (said === null || type === undefined) throw refuse(`base64 of a format that ${kind}_format says`)
  return embedded(kind, type, said, text)
}

function formatSaid(context: MediaContext): string | null {
  if (context.modality === 'audio') return context.audioFormat ?? null
  return (context.modality === 'video' ? context.videoFormat : context.imageFormat) ?? null
}

function addressed(kind: Kind, value: Json): ContentBlock {
  const url = value as string
  if (kind === 'audio') return { type: 'audio_url', audio_url: { url } }
  return kind === 'video' ? { type: 'video_url', video_url: { url } } : { type: 'image_url', image_url: { url } }
}

function embedded(kind: Kind, type: string, format: string, base64: string): ContentBlock {
  if (kind === 'audio') return { type: 'input_audio', input_audio: { data: base64, format } }
  const url = `data:${type};base64,${base64}`
  return kind === 'video' ? { type: 'video_url', video_url: { url } } : { type: 'image_url', image_url: { url } }
}

/** The format of a picture by its bytes; null where they are not its base64, to the last character. */
function detected(text: string): string | null {
  const base64 = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return null
  const format = pictureType(Buffer.from(base64.slice(0, 64), 'base64'))?.slice('image/'.length) ?? null
  if (format === 'jpeg') return 'jpg'
  return format !== null && ['png', 'gif', 'webp'].includes(format) ? format : null
}

function refused(column: string, value: Json, expected: string): ModelError {
  const found = writeJson(value).slice(0, 40)
  return new ModelError(`Cannot put '${column}' before a model: found ${found}, expected ${expected}`, { failure: 'no_picture' })
}

type Kind = 'image' | 'audio' | 'video'

/** Formats by the media types that say them, the one that is written first; and how names of files end. */
const KINDS: { readonly [kind in Kind]: { types: ReadonlyMap<string, string>; endings: readonly string[] } } = {
  image: {
    types: new Map([
      ['image/png', 'png'],
      ['image/jpeg', 'jpg'],
      ['image/jpg', 'jpg'],
      ['image/gif', 'gif'],
      ['image/webp', 'webp'],
    ]),
    endings: ['.png', '.jpg', '.jpeg', '.gif', '.webp'],
  },
  audio: {
    types: new Map([
      ['audio/mpeg', 'mp3'],
      ['audio/mp3', 'mp3'],
      ['audio/wav', 'wav'],
      ['audio/wave', 'wav'],
      ['audio/x-wav', 'wav'],
      ['audio/vnd.wave', 'wav'],
    ]),
    endings: ['.mp3', '.wav'],
  },
  video: {
    types: new Map([
      ['video/mp4', 'mp4'],
      ['video/quicktime', 'mov'],
      ['video/webm', 'webm'],
    ]),
    endings: ['.mp4', '.mov', '.webm'],
  },
}
