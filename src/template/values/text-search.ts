/**
 * Looking for one text in another in time that grows with their lengths alone. The engine's own search multiplies the lengths where
 * the part is long and almost fits everywhere, which a hostile template can arrange.
 */

/** As `text.indexOf(part, from)`. */
export function firstIndexOf(text: string, part: string, from = 0): number {
  if (part.length <= SHORT_PART) return text.indexOf(part, from)
  for (const at of occurrences(text, part, from)) return at
  return -1
}

/** As `text.lastIndexOf(part)`. */
export function lastIndexOf(text: string, part: string): number {
  if (part.length <= SHORT_LAST) return text.lastIndexOf(part)
  let last = -1
  // Occurrences that overlap count: the last one may begin inside of the one before.
  for (const at of overlapping(text, part)) last = at
  return last
}

/** As `text.split(part)` for a part that is not empty. */
export function splitAt(text: string, part: string): string[] {
  if (part.length <= SHORT_PART) return text.split(part)
  const pieces: string[] = []
  let start = 0
  for (const at of occurrences(text, part, 0)) {
    pieces.push(text.slice(start, at))
    start = at + part.length
  }
  return [...pieces, text.slice(start)]
}

/** Up to these lengths the engine's own search is quick whatever the text is; backwards it compares at every place. */
const SHORT_PART = 250
const SHORT_LAST = 8

/** Where a part stands, none inside of another. */
function* occurrences(text: string, part: string, from: number): Iterable<number> {
  let next = from
  for (const at of overlapping(text, part, from))
    if (at >= next) {
      yield at
      next = at + part.length
    }
}

/** Where a part stands, as Knuth, Morris and Pratt find it: no character of the text is looked at again. */
function* overlapping(text: string, part: string, from = 0): Iterable<number> {
  const borders = bordersOf(part)
  let matched = 0
  for (let i = Math.max(0, from); i < text.length; i++) {
    const unit = text.charCodeAt(i)
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = borders[matched - 1]!
    if (part.charCodeAt(matched) === unit) matched++
    if (matched < part.length) continue
    yield i + 1 - matched
    matched = borders[matched - 1]!
  }
}

/** For each start of a part, the length of its longest end, short of itself, that the part begins with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length)
  for (let i = 1, length = 0; i < part.length; i++) {
    while (length > 0 && part.charCodeAt(i) !== part.charCodeAt(length)) length = borders[length - 1]!
    if (part.charCodeAt(i) === part.charCodeAt(length)) length++
    borders[i] = length
  }
  return borders
}
