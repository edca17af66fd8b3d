import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'
import type { ContentBlock } from '../model/model.ts'
import { ModelError } from '../model/model-error.ts'

/** Images of a column that are shown to the model with the prompt. */
export type ImageContext = {
  /** What it is. Default 'image'. */
  modality?: 'image'
  /** Column that holds the picture, or a list of them. */
  columnName: string
  /** What the cells hold. Default: told by each cell. */
  dataType?: 'url' | 'base64'
  /** Carried along for Data Designer; the type of a picture is told by its bytes. */
  imageFormat?: string | null
}

/** Pictures of a cell as a model is shown them: URLs, or base64 with the type that its bytes tell. Throws for what is no picture: it would be paid for and not seen. */
export function pictureBlocks(value: Json, { columnName, dataType }: ImageContext): ContentBlock[] {
  return itemsIn(value).map(item => ({ type: 'image_url', image_url: { url: urlOf(item, columnName, dataType) } }))
}

/** The things of a cell: one, or a list of them, which a cell may hold as text, as CSV does. Nothing is none. */
export function itemsIn(value: Json): Json[] {
  const items = Array.isArray(value) ? value : value === null ? [] : (listIn(value) ?? [value])
  return items.filter(item => item !== null)
}

/** A list that a cell holds as text; null where it is none. */
export function listIn(value: Json): Json[] | null {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return null
  const list = readJsonOr(value)
  return Array.isArray(list) ? list : null
}

function urlOf(item: Json, column: string, dataType: ImageContext['dataType']): string {
  if (typeof item !== 'string') throw noPicture(column, isObject(item) ? 'an object' : writeJson(item))
  const text = item.trim()
  if (dataType !== 'base64' && /^https?:\/\//i.test(text)) {
    if (URL.canParse(text)) return text
    throw noPicture(column, `the address ${writeJson(text.slice(0, 60))}`)
  }
  const data = /^data:[^,]{0,200},/i.exec(text)
  if (data !== null && !/;base64,$/i.test(data[0])) throw noPicture(column, `'${data[0].slice(0, 60)}', which is not base64`)
  const base64 = text
    .slice(data?.[0].length ?? 0)
    .replace(/\s+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  const bare = base64.replace(/={0,2}$/, '')
  if (bare === '' || !/^[A-Za-z0-9+/]+$/.test(bare) || bare.length % 4 === 1)
    throw noPicture(column, text === '' ? 'an empty text' : `${writeJson(text.slice(0, 40))}, which is not base64`)
  const type = pictureType(Buffer.from(bare.slice(0, 64), 'base64'))
  if (type === null) throw noPicture(column, `${writeJson(text.slice(0, 40))}, whose bytes are no picture's`)
  return `data:${type};base64,${bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')}`
}

/** The media type of a picture by its first bytes; null where they are no picture's. */
export function pictureType(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.subarray(0, 32)).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  if (/^RIFF[\s\S]{4}WEBP/.test(text)) return 'image/webp'
  if (/^(?:II\*\0|MM\0\*)/.test(text)) return 'image/tiff'
  if (/^BM[\s\S]{4}\0\0\0\0/.test(text)) return 'image/bmp'
  const brand = /^\0\0\0[\s\S]ftyp([\s\S]{4})/.exec(text)?.[1]
  if (brand === 'avif' || brand === 'avis') return 'image/avif'
  return brand !== undefined && /^(?:hei[cx]|hevc|mif1|msf1)$/.test(brand) ? 'image/heic' : null
}

function noPicture(column: string, found: string): ModelError {
  return new ModelError(
    `Cannot show '${column}' to a model: found ${found}, expected an https address, or base64 of a png, jpeg, gif or webp`,
    {
      failure: 'no_picture',
      hint: 'Put the picture itself into the column: a model cannot read files of this machine',
    },
  )
}
