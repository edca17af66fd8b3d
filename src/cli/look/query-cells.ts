import { writeJson } from '../../json/exact.ts'
import { Float } from '../../json/number.ts'
import type { Row } from '../../row.ts'
import { columnsOf, inColumns } from '../terminal/columns.ts'

/** Cells of a result for people. `width`: of the terminal, which columns share; null where there is none. */
export function queryCells(columns: readonly string[], rows: readonly Row[], width: number | null): (string | number)[][] {
  const cells = rows.map(row => columns.map(column => cellOf(row[column] ?? null)))
  const longest = columns.map((column, i) => Math.max(columnsOf(column), ...cells.map(row => columnsOf(String(row[i])))))
  const limit = width === null ? CELL_CHARACTERS : fairLimit(longest, width - 2 * (columns.length - 1))
  return cells.map(row => row.map(cell => (typeof cell === 'string' ? inColumns(cell, limit) : cell)))
}

/** A cell of a table is cut here where nobody says how wide the table may be. */
const CELL_CHARACTERS = 80

/** Less than this of a cell says nothing. */
const LEAST_CHARACTERS = 12

/** What each column may take so that all fit: what short ones leave is for the long ones. */
export function fairLimit(longest: readonly number[], width: number): number {
  const sorted = [...longest].sort((a, b) => a - b)
  let left = width
  for (const [i, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - i))
    if (length > share) return Math.max(LEAST_CHARACTERS, share)
    left -= length
  }
  return Math.max(LEAST_CHARACTERS, ...longest)
}

function cellOf(value: unknown): string | number {
  if (value === null) return '–'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : shortFloat(value)
  if (typeof value === 'bigint' || value instanceof Float) return String(value)
  return (typeof value === 'string' ? value : writeJson(value)).replaceAll(/\s+/g, ' ')
}

/** A float as people write it: two digits behind the point, or three that count. */
export function shortFloat(value: number): string {
  const rounded = Math.abs(value) >= 1 ? Number(value.toFixed(2)) : Number(value.toPrecision(3))
  return Math.abs(rounded) >= 1e-6 && Math.abs(rounded) < 1e15
    ? rounded.toLocaleString('en-US', { maximumSignificantDigits: 21 })
    : String(rounded)
}
