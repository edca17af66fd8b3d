import Table from 'cli-table3'
import pc from 'picocolors'
import { visibleLine } from '../visible.ts'

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

/** A table without lines; numbers stand at the right of their column, and words of others do nothing. */
export function renderTable(head: readonly string[], rows: readonly (readonly (string | number)[])[], color: boolean): string {
  const paint = pc.createColors(color)
  const table = new Table({
    head: head.map(cell => paint.bold(visibleLine(cell))),
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) =>
      rows.every(row => typeof row[i] === 'number' || /^[\d.,]+( [kMGT]?B)?$|^$|^–$/.test(String(row[i]))) && rows.length > 0
        ? 'right'
        : 'left',
    ),
  })
  table.push(...rows.map(row => row.map(cell => (typeof cell === 'number' ? count(cell) : visibleLine(cell)))))
  return table.toString().replace(/[ \t]+$/gm, '')
}

/** A number with thousands set apart. */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** A number and its noun: 1 row, 2 rows. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`
}

/** Bytes as people read them. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = n / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** Whether a stream wants colours: a terminal, and nobody said NO_COLOR. */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR']) return false
  return process.env['FORCE_COLOR'] ? process.env['FORCE_COLOR'] !== '0' : stream.isTTY === true
}
