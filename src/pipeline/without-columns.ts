import type { Row } from '../row.ts'

/** A row without some of its columns. */
export function withoutColumns(row: Row, dropped: readonly string[]): Row {
  return dropped.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.includes(name)))
}
