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

/** Less than this of a cell says nothing. */
const LEAST_CHARACTERS = 12

/** Cells of a table that is no wider than this, numbers left whole: what short columns leave is for the long ones. */
export function fittingCells(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width: number,
): (string | number)[][] {
  const longest = head.map((name, i) => Math.max(columnsOf(name), ...rows.map(row => columnsOf(String(row[i])))))
  return cutCells(rows, fairLimit(longest, width - 2 * (head.length - 1)))
}

/** Cells of a table in so many columns each at most, numbers left whole. */
export function cutCells(rows: readonly (readonly (string | number)[])[], limit: number): (string | number)[][] {
  return rows.map(row => row.map(cell => (typeof cell === 'string' ? inColumns(cell, limit) : cell)))
}

function fairLimit(longest: readonly number[], width: number): number {
  const sorted = [...longest].sort((a, b) => a - b)
  let left = width
  for (const [i, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - i))
    if (length > share) return Math.max(LEAST_CHARACTERS, share)
    left -= length
  }
  return Math.max(LEAST_CHARACTERS, ...longest)
}

/** Nothing but what takes one column each. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e–…]*$/.test(text)
}

/** No terminal is as wide. */
const LONG = 2000
