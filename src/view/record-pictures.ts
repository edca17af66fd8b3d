import type { Json } from '../json/json.ts'
import { pictureBase64 } from '../picture-type.ts'
import { pictureURL } from './picture-url.ts'

/** Gives a picture of a run by the path that a row holds, as base64; null where there is none. */
export type ReadPicture = (path: string) => string | null

/** A picture of a cell: what it is in words, and an address of data where it can be shown. */
export type RecordPicture = { words: string; url: string | null }

/** The pictures of a cell that holds nothing else: base64, or paths in a run's folder; null for any other cell. */
export function recordPictures(value: Json, read?: ReadPicture): RecordPicture[] | null {
  const items = Array.isArray(value) ? value : [value]
  const pictures = items.map(item => (typeof item === 'string' ? pictureOf(item, read) : null))
  return items.length > 0 && pictures.every(picture => picture !== null) ? pictures : null
}

function pictureOf(item: string, read: ReadPicture | undefined): RecordPicture | null {
  if (PATH.test(item)) {
    const base64 = read?.(item) ?? null
    return { words: item, url: base64 === null ? null : pictureURL(`data:;base64,${base64}`) }
  }
  const written = item.replace(/^data:image\/[\w.+-]{1,60};base64,/i, '')
  const picture = written.length < SHORTEST ? null : pictureBase64(written)
  if (picture === null) return null
  const bytes = Math.floor((picture.base64.length * 3) / 4)
  return {
    words: `a picture: ${picture.type.slice('image/'.length)}, ${bytes.toLocaleString('en')} bytes`,
    url: pictureURL(`data:;base64,${picture.base64}`),
  }
}

/** As a run names its pictures. */
const PATH = /^images\/[^/\\\0]{1,100}\/[0-9a-f]{32}\.[a-z]{3,4}$/

/** No picture is as small as this. */
const SHORTEST = 48
