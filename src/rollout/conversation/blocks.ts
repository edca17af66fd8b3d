import { writeJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { Block } from './row.ts'

/** A text block. */
export function textBlock(text: string): Block {
  return { type: 'text', text }
}

/** An image block as chat APIs take it: with `detail`; what else a program knows of the image stands beside that, under `image`. */
export function imageBlock(url: string, { detail, ...known }: JsonObject = {}): Block {
  const isTold = typeof detail === 'string'
  const more = Object.entries(isTold || detail === undefined ? known : { detail, ...known }).filter(([, value]) => value !== null)
  return {
    type: 'image_url',
    image_url: { url, ...(isTold ? { detail } : {}) },
    ...(more.length === 0 ? {} : { image: Object.fromEntries(more) }),
  }
}

/** An image block of base64 data. */
export function inlineImageBlock(mediaType: string, base64: string): Block {
  return imageBlock(`data:${mediaType};base64,${base64}`)
}

/** Text of the text blocks, joined by a blank line; other blocks have none. */
export function textOf(content: readonly Block[]): string {
  // Nearly all have one block.
  if (content.length === 1) return typeof content[0]!['text'] === 'string' ? content[0]!['text'] : ''
  return content
    .map(block => block['text'])
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .join('\n\n')
}

/** Tool input that is not a JSON object, as the JSON text of one: `arguments` must always parse to an object. */
export function wrapInput(input: Json): string {
  return writeJson({ input })
}
