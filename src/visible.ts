/*
 * Words of a log, a config or a server on their way to a person's terminal or page. They may look as they like and do nothing: no
 * cursor moves, no colour, no link or clipboard, no line that is written over, no text that stands in another order or is not seen.
 */

/** Text for people: what would act, or hide, is shown as an escape. Its lines stay lines. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTS, escaped)
}

/** The same for text that is to stay on one line, such as a name: its ends of lines are shown, too. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\t]/g, c => (c === '\n' ? '\\n' : '\\t'))
}

/** JSON text with what would act in a terminal as JSON's own escapes: it says the same. */
export function visibleJson(json: string): string {
  return json.replace(ACTS, c => [...Array(c.length).keys()].map(i => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))
}

/** First and last of the characters that act wherever they stand. */
const ALWAYS: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x08], // controls, but for the tab and the end of a line
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad], // a hyphen that is not seen
  [0x34f, 0x34f],
  [0x61c, 0x61c], // marks of direction
  [0x115f, 0x1160], // letters without a shape
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200b], // no space
  [0x200e, 0x200f], // marks of direction
  [0x2028, 0x202e], // ends of lines and embedding
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff], // tags and more selectors: a text of its own that nobody sees
]

/** Joiners and variation selectors, which scripts and emoji need, act where there are several in a row. */
const IN_ROWS: readonly (readonly [first: number, last: number])[] = [
  [0x200c, 0x200d],
  [0xfe00, 0xfe0f],
]

const ACTS = new RegExp(`[${rangesOf(ALWAYS)}]|[${rangesOf(IN_ROWS)}]{2,}`, 'gu')

function rangesOf(ranges: readonly (readonly [number, number])[]): string {
  return ranges.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')
}

function escaped(found: string): string {
  return [...found].map(escapedOne).join('')
}

function escapedOne(character: string): string {
  const code = character.codePointAt(0)!
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
