import stringWidth from 'string-width'

/** Columns that a text takes in a terminal, where wide characters take two; of a very long text about that. */
export function columnsOf(text: string): number {
  return isPlain(text) || text.length > LONG ? text.length : stringWidth(text)
}

/** A text in so many columns at most; what has no room is told by `…`. */
export function inColumns(text: string, columns: number): string {
  if (isPlain(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
  if (text.length <= LONG && stringWidth(text) <= columns) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, LONG))) {
    if (stringWidth(kept + segment) > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Nothing but what takes one column each. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e–…]*$/.test(text)
}

/** No terminal is as wide. */
const LONG = 2000
