import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'
import type { ContentBlock } from '../model/model.ts'
import { ModelError } from '../model/model-error.ts'
import { isBase64, pictureBase64 } from '../picture-type.ts'
import type { PictureFolder } from './column.ts'

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

/** Pictures of a cell as a model is shown them: those made before, by their paths, URLs, or base64 with the type that its bytes tell. Throws for what is no picture: it would be paid for and not seen. */
export function pictureBlocks(value: Json, { columnName, dataType }: ImageContext, pictures?: PictureFolder): ContentBlock[] {
  return itemsIn(value).map(item => {
    const kept = typeof item === 'string' && dataType !== 'url' ? (pictures?.read(item) ?? null) : null
    return { type: 'image_url', image_url: { url: urlOf(kept ?? item, columnName, dataType) } }
  })
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
  const written = text.slice(data?.[0].length ?? 0)
  const picture = pictureBase64(written)
  if (picture !== null) return `data:${picture.type};base64,${picture.base64}`
  if (text === '') throw noPicture(column, 'an empty text')
  const why = isBase64(written) ? "whose bytes are no picture's" : 'which is not base64'
  throw noPicture(column, `${writeJson(text.slice(0, 40))}, ${why}`)
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
