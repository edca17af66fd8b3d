import { isObject, type Json, parseJson } from './json/json.ts'

/** Where a quotation stands: in which of the texts, and between which characters of it. */
export type QuotePlace = { index: number; start: number; end: number }

/** The texts of a conversation, message by message, or one text: what may be quoted. Arguments of calls are read as what they say. */
export function quotableTexts(value: Json): string[] {
  return Array.isArray(value) ? value.map(message => wordsOf(message).join('\n')) : [wordsOf(value).join('\n')]
}

/**
 * Where a quotation stands: in the text that is named if it is there, else in the first that has it. How words are spaced does not
 * matter, all else does. Null: nowhere, or nothing was quoted.
 */
export function placeOfQuote(quote: string, named: number | null, texts: readonly string[]): QuotePlace | null {
  const words = quote.trim().replace(/\s+/g, ' ')
  if (words === '') return null
  const steps = stepsOf(words)
  const order = named !== null && texts[named] !== undefined ? [named, ...texts.keys()] : [...texts.keys()]
  for (const index of order) {
    const found = find(words, steps, texts[index]!)
    if (found !== null) return { index, ...found }
  }
  return null
}

/** Goes through a text once, whatever is looked for in it (Knuth, Morris and Pratt); white space of any length is a space. */
function find(words: string, steps: Int32Array, text: string): { start: number; end: number } | null {
  const places = new Int32Array(words.length) // where in the text the last so many letters stand, the first at `seen` modulo their number
  let [matched, seen] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const isSpace = /\s/.test(text[at]!)
    if (isSpace && at > 0 && /\s/.test(text[at - 1]!)) continue
    const letter = isSpace ? ' ' : text[at]!
    places[seen++ % words.length] = at
    while (matched > 0 && words[matched] !== letter) matched = steps[matched - 1]!
    if (words[matched] === letter) matched++
    if (matched === words.length) return { start: places[seen % words.length]!, end: at + 1 }
  }
  return null
}

/** For each beginning of the words, how much of its end is a beginning again. */
function stepsOf(words: string): Int32Array {
  const steps = new Int32Array(words.length)
  for (let at = 1, matched = 0; at < words.length; at++) {
    while (matched > 0 && words[matched] !== words[at]) matched = steps[matched - 1]!
    if (words[matched] === words[at]) matched++
    steps[at] = matched
  }
  return steps
}

/** All texts within a value, in their order; names of keys and pictures are none. */
function wordsOf(value: Json, key = ''): string[] {
  if (typeof value === 'string') {
    const inner = key === 'arguments' ? parseJson(value) : undefined
    return isObject(inner) || Array.isArray(inner) ? wordsOf(inner as Json) : value.startsWith('data:') ? [] : [value]
  }
  if (Array.isArray(value)) return value.flatMap(item => wordsOf(item))
  return isObject(value) ? Object.entries(value).flatMap(([name, item]) => (NOT_SAID.has(name) ? [] : wordsOf(item as Json, name))) : []
}

/** What names things in a message rather than says anything. */
const NOT_SAID = new Set(['role', 'from', 'source', 'type', 'id', 'tool_call_id'])
