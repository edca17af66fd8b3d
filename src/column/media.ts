import { choiceAt, type Fields, refuse, refuseUnknownKeys, requiredStringAt, stringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import type { ContentBlock } from '../model/model.ts'
import { ModelError } from '../model/model-error.ts'
import type { PictureFolder } from './column.ts'
import { type ImageContext, itemsIn, pictureBlocks } from './picture.ts'

/** Sounds of a column that are played to the model with the prompt. */
export type AudioContext = {
  /** What it is. */
  modality: 'audio'
  /** Column that holds the sound, or a list of them. */
  columnName: string
  /** What the cells hold. Default: told by each cell. */
  dataType?: 'url' | 'base64'
  /** Of base64 that does not say it. */
  audioFormat?: 'mp3' | 'wav' | null
}

/** Films of a column that are shown to the model with the prompt. */
export type VideoContext = {
  /** What it is. */
  modality: 'video'
  /** Column that holds the film, or a list of them. */
  columnName: string
  /** What the cells hold. Default: told by each cell. */
  dataType?: 'url' | 'base64'
  /** Of base64 that does not say it. */
  videoFormat?: 'mp4' | 'mov' | 'webm' | null
}

/** What of a row is put before the model beside the prompt. */
export type MediaContext = ImageContext | AudioContext | VideoContext

/** The media of a cell as chat-completion servers take them. Throws for what is none: it would be paid for and not seen. */
export function mediaBlocks(value: Json, context: MediaContext, pictures?: PictureFolder): ContentBlock[] {
  if (context.modality === 'audio') return itemsIn(value).map(item => soundBlock(item, context))
  if (context.modality === 'video') return itemsIn(value).map(item => filmBlock(item, context))
  return pictureBlocks(value, context, pictures)
}

function soundBlock(item: Json, { columnName, dataType, audioFormat }: AudioContext): ContentBlock {
  const found = sourceOf(item, columnName, dataType)
  if ('url' in found) return { type: 'audio_url', audio_url: { url: found.url } }
  const format = found.type === null ? (audioFormat ?? null) : (SOUNDS.get(found.type) ?? null)
  if (format === null)
    throw noMedia(columnName, `a sound of type ${found.type ?? 'unknown'}`, 'mp3 or wav, said by audio_format or a data: address')
  return { type: 'input_audio', input_audio: { data: found.base64, format } }
}

function filmBlock(item: Json, { columnName, dataType, videoFormat }: VideoContext): ContentBlock {
  const found = sourceOf(item, columnName, dataType)
  if ('url' in found) return { type: 'video_url', video_url: { url: found.url } }
  const type = found.type ?? [...FILMS].find(([, format]) => format === videoFormat)?.[0] ?? null
  if (type === null || !FILMS.has(type))
    throw noMedia(columnName, `a film of type ${type ?? 'unknown'}`, 'mp4, mov or webm, said by video_format or a data: address')
  return { type: 'video_url', video_url: { url: `data:${type};base64,${found.base64}` } }
}

/** Formats by the type that a cell says: its words, so no object is asked for them. */
const SOUNDS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-wav', 'wav'],
])
const FILMS: ReadonlyMap<string, string> = new Map([
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['video/webm', 'webm'],
])

/** An address, or base64 with its type where it says one. */
function sourceOf(
  item: Json,
  column: string,
  dataType: 'url' | 'base64' | undefined,
): { url: string } | { base64: string; type: string | null } {
  if (typeof item !== 'string') throw noMedia(column, writeJson(item).slice(0, 40), EXPECTED)
  const text = item.trim()
  if (dataType !== 'base64' && /^https?:\/\//i.test(text) && URL.canParse(text)) return { url: text }
  const data = /^data:([^,;]{1,100});base64,/i.exec(text)
  const base64 = text.slice(data?.[0].length ?? 0).replace(/\s+/g, '')
  if (dataType === 'url' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 === 1)
    throw noMedia(column, writeJson(text.slice(0, 40)), dataType === 'url' ? 'an https address' : EXPECTED)
  return { base64, type: data?.[1]?.toLowerCase() ?? null }
}

const EXPECTED = 'an https address, or base64'

function noMedia(column: string, found: string, expected: string): ModelError {
  return new ModelError(`Cannot put '${column}' before a model: found ${found}, expected ${expected}`, {
    failure: 'no_picture',
    hint: 'Put the thing itself into the column: a model cannot read files of this machine',
  })
}

const COMMON: Fields = {
  modality: ['`image`, `audio` or `video`', '`image`', 'what it is'],
  column_name: ['text', '', 'column with a thing of that kind, or a list of them'],
  data_type: ['`url` or `base64`', 'null', 'what the column holds; null: each value tells'],
}

/** Keys of what is put before a model in `multi_modal_context`, by its modality. */
export const MEDIA_FIELDS: { readonly [modality in 'image' | 'audio' | 'video']: Fields } = {
  image: { ...COMMON, image_format: ['text', 'null', "kept for Data Designer; a picture's bytes tell what it is"] },
  audio: { ...COMMON, audio_format: ['`mp3` or `wav`', 'null', 'of base64 that does not say it'] },
  video: { ...COMMON, video_format: ['`mp4`, `mov` or `webm`', 'null', 'of base64 that does not say it'] },
}

/** What is put before a model, from a config. */
export function mediaFromJSON(config: JsonObject, column: string): MediaContext {
  const where = `${column}, multi_modal_context`
  if (config['modality'] === null) refuse('modality: found nothing, expected image, audio or video', where)
  const modality = choiceAt(config, 'modality', where, ['image', 'audio', 'video']) ?? 'image'
  refuseUnknownKeys(config, MEDIA_FIELDS[modality], where)
  const dataType = choiceAt(config, 'data_type', where, ['url', 'base64'])
  const common = { columnName: requiredStringAt(config, 'column_name', where), ...(dataType === null ? {} : { dataType }) }
  const formatOf = <const Choice extends string>(key: string, choices: readonly Choice[]) => {
    const format = choiceAt(config, key, where, choices)
    if ((config[key] ?? null) === null && dataType === 'base64')
      refuse(`${key}: found nothing, expected one of ${choices.join(', ')}`, where)
    return format
  }
  if (modality === 'audio') return { modality, ...common, audioFormat: formatOf('audio_format', ['mp3', 'wav']) }
  if (modality === 'video') return { modality, ...common, videoFormat: formatOf('video_format', ['mp4', 'mov', 'webm']) }
  return { ...common, imageFormat: stringAt(config, 'image_format', where) }
}

/** The same as configs hold it, every default written. */
export function mediaJSON(context: MediaContext): JsonObject {
  const { columnName, dataType = null } = context
  const common = { column_name: columnName, data_type: dataType }
  if (context.modality === 'audio') return { modality: 'audio', ...common, audio_format: context.audioFormat ?? null }
  if (context.modality === 'video') return { modality: 'video', ...common, video_format: context.videoFormat ?? null }
  return { modality: 'image', ...common, image_format: context.imageFormat ?? null }
}
