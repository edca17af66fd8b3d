import Table from 'cli-table3'
import pc from 'picocolors'
import { visibleLine } from '../../visible.ts'
import { count } from './print.ts'

/** A table without lines; numbers stand at the right of their column, and words of others do nothing. */
export function renderTable(head: readonly string[], rows: readonly (readonly (string | number)[])[], color: boolean): string {
  const paint = pc.createColors(color)
  const table = new Table({
    head: head.map(cell => paint.bold(visibleLine(cell))),
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) =>
      rows.every(row => typeof row[i] === 'number' || /^[\d.,]+( [kMGT]?B| k)?$|^$|^–$/.test(String(row[i]))) && rows.length > 0
        ? 'right'
        : 'left',
    ),
  })
  table.push(...rows.map(row => row.map(cell => (typeof cell === 'number' ? count(cell) : visibleLine(cell)))))
  return table.toString().replace(/[ \t]+$/gm, '')
}

const NO_BORDERS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map(side => [side, '']),
)
