import { writeJson } from '../../json/exact.ts'
import { Float } from '../../json/number.ts'
import type { Row } from '../../row.ts'
import { cutCells, fittingCells } from '../terminal/columns.ts'

/** Cells of a result for people. `width`: of the terminal, which columns share; null where there is none. */
export function queryCells(columns: readonly string[], rows: readonly Row[], width: number | null): (string | number)[][] {
  const cells = rows.map(row => columns.map(column => cellOf(row[column] ?? null)))
  return width === null ? cutCells(cells, CELL_CHARACTERS) : fittingCells(columns, cells, width)
}

/** A cell of a table is cut here where nobody says how wide the table may be. */
const CELL_CHARACTERS = 80

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
