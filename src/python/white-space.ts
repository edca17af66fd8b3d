/** Python's white space as the inside of a character class; JavaScript's `\s` has other members. */
export const SPACE_CLASS = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g
const WORD_GAP = new RegExp(`[${SPACE_CLASS}]+`)

/** Python's `str.splitlines`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = []
  let start = 0
  for (const end of text.matchAll(LINE_END)) {
    lines.push(text.slice(start, keepEnds ? end.index + end[0].length : end.index))
    start = end.index + end[0].length
  }
  if (start < text.length) lines.push(text.slice(start))
  return lines
}

/** Python's `str.strip` family; `set` lists what to strip instead of white space. */
export function strip(text: string, set: string | null, left = true, right = true): string {
  const members = set === null ? null : new Set(set)
  const isStripped = (c: string) => (members === null ? isSpace(c) : members.has(c))
  const all = [...text]
  let [start, end] = [0, all.length]
  if (left) while (start < end && isStripped(all[start]!)) start++
  if (right) while (end > start && isStripped(all[end - 1]!)) end--
  return start === 0 && end === all.length ? text : all.slice(start, end).join('')
}

const ONE_SPACE = new RegExp(`^[${SPACE_CLASS}]$`)

/** Whether one character is white space in Python. */
export function isSpace(character: string): boolean {
  return ONE_SPACE.test(character)
}

/** Python's `str.split()` without a separator. */
export function splitSpace(text: string): string[] {
  const words = text.split(WORD_GAP)
  return words.filter(word => word !== '')
}
