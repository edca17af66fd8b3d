import { isObject, type Json } from '../json/json.ts'
import { isBase64, pictureBase64 } from '../picture-type.ts'

/** What a reply shows: pictures as base64, addresses of others, and what is said beside them. */
export type ShownPictures = { base64: string[]; addresses: string[]; words: string | null }

/**
 * The pictures of a message or of a list of images. A message's `images` come first; where they are none, those in its content count. Only
 * what has the bytes of a picture is one: servers answer a page, or a drawing program's text, under the same names.
 */
export function picturesIn(shown: Json): ShownPictures {
  if (!isObject(shown)) return collected(Array.isArray(shown) ? shown : [])
  const content = shown['content'] ?? null
  const said = typeof content === 'string' ? [content] : Array.isArray(content) ? content : []
  const primary = collected(Array.isArray(shown['images']) ? shown['images'] : [])
  const { base64, addresses, words } = collected(said)
  const isShown = primary.base64.length + primary.addresses.length > 0
  return isShown ? { ...primary, words } : { base64, addresses, words }
}

function collected(items: readonly Json[]): ShownPictures {
  const found: ShownPictures = { base64: [], addresses: [], words: null }
  for (const item of items) {
    const text = textIn(item)
    if (text === null) continue
    const trimmed = text.trim()
    const data = /^data:image\/[\w.+-]{1,60};base64,/i.exec(trimmed)
    const picture = pictureBase64(trimmed.slice(data?.[0].length ?? 0))
    if (picture !== null) found.base64.push(picture.base64)
    else if (/^https?:\/\/\S+$/i.test(trimmed) && URL.canParse(trimmed)) found.addresses.push(trimmed)
    else if (data === null && !isLong(trimmed)) found.words = found.words === null ? trimmed : `${found.words}\n${trimmed}`
  }
  return found
}

/** Base64 of something else is nothing to tell a person. */
function isLong(text: string): boolean {
  return text.length > 400 && isBase64(text)
}

/** The text of an item that may be a picture or an address of one: it may stand in objects of several names, one in the other. */
function textIn(item: Json, depth = 0): string | null {
  if (typeof item === 'string') return item
  if (!isObject(item) || depth > 3) return null
  for (const key of KEYS) {
    const text = textIn(item[key] ?? null, depth + 1)
    if (text !== null && text !== '') return text
  }
  return null
}

const KEYS = ['b64_json', 'image_url', 'url', 'text']
