import { stripVTControlCharacters } from 'node:util'
import type { CostLine, CostReport } from '../../cost/cost-table.ts'
import { visibleLine } from '../../visible.ts'
import { columnsOf, inColumns } from '../terminal/columns.ts'
import { count, counted, wantsColor } from '../terminal/print.ts'
import { renderTable } from '../terminal/table.ts'

/** The bill as a table; where it is wider than the terminal, tokens are rounded and names cut, and what is part of a sum is left to --json. */
export function tableOf({ by, lines, total }: CostReport, width = Number.POSITIVE_INFINITY): string {
  const cells = (line: CostLine, name: string) => [
    name,
    line.sessions,
    line.input_tokens - line.cached_input_tokens - line.cache_write_tokens,
    line.cached_input_tokens,
    line.cache_write_tokens,
    line.output_tokens,
    line.usd === null ? '–' : money(line.usd),
    money(line.recorded_usd),
    money(line.subagents_usd),
    line.unpriced_tokens === 0 ? '' : count(line.unpriced_tokens),
  ]
  const head = [by, 'sessions', 'in', 'cache read', 'cache write', 'out', 'USD', 'recorded', 'sub-agents', 'unpriced tokens']
  const rows = [...lines.map(line => cells(line, line.key ?? UNKNOWN)), cells(total, 'total')]
  const color = wantsColor(process.stdout)
  const whole = renderTable(head, rows, color)
  if (widthOf(whole) <= width) return whole
  const table = (name: number) =>
    renderTable(
      pick(head),
      rows.map(row => pick(row).map(cell => shortened(cell, name))),
      color,
    )
  const needed = widthOf(table(NAME))
  const longest = Math.min(NAME, Math.max(...lines.map(({ key }) => columnsOf(visibleLine(key ?? UNKNOWN)))))
  return `${needed <= width ? table(NAME) : table(Math.max(8, longest - (needed - width)))}\n\n${LEFT_OUT}`
}

const UNKNOWN = '(not recorded)'

/** Columns of a narrow terminal: all but those that are part of another. */
const NARROW = [0, 1, 2, 3, 4, 5, 6]
const NAME = 40
const LEFT_OUT = 'Recorded, sub-agents, unpriced tokens: in a wider terminal, or --json'

function pick<T>(cells: readonly T[]): T[] {
  return NARROW.map(i => cells[i]!)
}

function shortened(cell: string | number, name: number): string | number {
  if (typeof cell === 'number') return cell < 100_000 ? cell : `${count(Math.round(cell / 1000))} k`
  return inColumns(visibleLine(cell), name)
}

function widthOf(table: string): number {
  return Math.max(...stripVTControlCharacters(table).split('\n').map(columnsOf))
}

/** The bill as bars, the longest as wide as there is room. */
export function barsOf({ lines, total }: CostReport, width: number): string {
  const names = lines.map(({ key }) => inColumns(visibleLine(key ?? UNKNOWN), NAME))
  const longest = Math.max(...names.map(columnsOf))
  const most = Math.max(...lines.map(({ usd }) => usd ?? 0))
  const room = Math.max(10, Math.min(80, width - longest - 16))
  const bars = lines.map(({ usd, unpriced_tokens: unpriced }, i) => {
    const bar = '█'.repeat(most === 0 ? 0 : Math.round(((usd ?? 0) / most) * room))
    return `${names[i]!}${' '.repeat(longest - columnsOf(names[i]!))}  ${money(usd).padStart(10)}  ${bar}${unpriced > 0 ? ` + ${counted(unpriced, 'unpriced token')}` : ''}`
  })
  return [...bars, `${'total'.padEnd(longest)}  ${money(total.usd).padStart(10)}`].join('\n')
}

/** What stands below the bill: what its sums are made of, and what is in none. */
export function footer({ total, unpriced, prices }: CostReport): string {
  const { input, cached_input, cache_write, output } = total.computed_usd
  const split = `input ${money(input)}, cache read ${money(cached_input)}, cache write ${money(cache_write)}, output ${money(output)}`
  const named = unpriced.slice(0, 5).map(({ model, tokens }) => `${model ?? UNKNOWN} ${count(tokens)}`)
  const more = unpriced.length > 5 ? [`${counted(unpriced.length - 5, 'other model')}`] : []
  return [
    ...(input + cached_input + cache_write + output > 0 ? [`Computed: ${split}`] : []),
    ...(unpriced.length > 0 ? [`Unpriced tokens, in no sum: ${[...named, ...more].join(', ')}; --prices FILE can say`] : []),
    `US dollars. Prices: ${prices}, at the time of each response`,
    'Subscriptions pay otherwise',
  ].join('\n')
}

function money(usd: number | null): string {
  if (usd === null) return 'unknown'
  if (usd === 0) return '0'
  return usd < 0.01 ? usd.toFixed(4) : usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
