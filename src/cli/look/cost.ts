import { stripVTControlCharacters } from 'node:util'
import { Command, Option } from 'commander'
import { COST_KEYS, type CostKey } from '../../cost/cost-keys.ts'
import type { CostLine, CostReport } from '../../cost/cost-table.ts'
import { visibleLine } from '../../visible.ts'
import { type SelectFlags, selectorsAt, withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { count, counted, wantsColor } from '../terminal/print.ts'
import { say, sayJson, show } from '../terminal/say.ts'

/** `tracewright cost`: tokens and money. */
export function cost(): Command {
  return withSearch(withSelectors(new Command('cost')))
    .summary('tokens and money, by day, model, project, agent or session')
    .description(
      'What sessions took and cost. Each response is priced by its own model, time and length; cached tokens have prices of their own.\n' +
        'What a log says it cost goes first. Prices are those of a table in this package, whose version is told, or yours.\n' +
        'What nobody knows the price of is told apart and never counted as 0. A subscription costs what it costs instead.',
    )
    .argument('<path>', 'store, run, folder or file of rows')
    .addOption(
      new Option('--by <what>', 'what to split it by; sub-agents belong to the session that spawned them')
        .choices(COST_KEYS)
        .default('month'),
    )
    .option('--prices <file>', 'JSON: {"model": {"input": USD, "cached_input": USD, "cache_write": USD, "output": USD}} per million tokens')
    .option('--computed', 'reckon by prices also where the log says what it cost')
    .option('--bars', 'show costs as bars')
    .option('--json', 'print the bill as JSON')
    .action(async (path: string, flags: CostFlags) => {
      const { costOf } = await import('../../cost/cost-table.ts')
      const { by, prices, computed = false, bars, json } = flags
      const report = await costOf(path, {
        by,
        select: await selectorsAt(path, flags),
        computed,
        ...(prices === undefined ? {} : { prices }),
      })
      if (json) sayJson(report)
      else if (report.total.responses === 0) say('No response that counts its tokens is among these sessions')
      else {
        show(bars ? barsOf(report, process.stdout.columns ?? 80) : await tableOf(report, process.stdout.columns))
        say(`\n${footer(report)}`)
      }
      process.exitCode = report.total.responses === 0 ? EXIT.failed : EXIT.done
    })
}

type CostFlags = SelectFlags & { by: CostKey; prices?: string; computed?: boolean; bars?: boolean; json?: boolean }

const UNKNOWN = '(not recorded)'

/** The bill as a table; where it is wider than the terminal, tokens are rounded and names cut, and what is part of a sum is left to --json. */
export async function tableOf({ by, lines, total }: CostReport, width = Number.POSITIVE_INFINITY): Promise<string> {
  const { renderTable } = await import('../terminal/table.ts')
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
  return `${needed <= width ? table(NAME) : table(Math.max(8, NAME - (needed - width)))}\n\n${LEFT_OUT}`
}

/** Columns of a narrow terminal: all but those that are part of another. */
const NARROW = [0, 1, 2, 3, 4, 5, 6]
const NAME = 40
const LEFT_OUT = 'Recorded, sub-agents, unpriced tokens: in a wider terminal, or --json'

function pick<T>(cells: readonly T[]): T[] {
  return NARROW.map(i => cells[i]!)
}

function shortened(cell: string | number, name: number): string | number {
  if (typeof cell === 'number') return cell < 100_000 ? cell : `${count(Math.round(cell / 1000))} k`
  const text = visibleLine(cell)
  return text.length <= name ? text : `${text.slice(0, name - 1)}…`
}

function widthOf(table: string): number {
  return Math.max(
    ...stripVTControlCharacters(table)
      .split('\n')
      .map(line => line.length),
  )
}

function barsOf({ lines, total }: CostReport, width: number): string {
  const names = lines.map(({ key }) => visibleLine(key ?? UNKNOWN).slice(0, 40))
  const longest = Math.max(...names.map(name => name.length))
  const most = Math.max(...lines.map(({ usd }) => usd ?? 0))
  const room = Math.max(10, Math.min(80, width - longest - 16))
  const bars = lines.map(({ usd, unpriced_tokens: unpriced }, i) => {
    const bar = '█'.repeat(most === 0 ? 0 : Math.round(((usd ?? 0) / most) * room))
    return `${names[i]!.padEnd(longest)}  ${money(usd).padStart(10)}  ${bar}${unpriced > 0 ? ` + ${counted(unpriced, 'unpriced token')}` : ''}`
  })
  return [...bars, `${'total'.padEnd(longest)}  ${money(total.usd).padStart(10)}`].join('\n')
}

function footer({ total, unpriced, prices }: CostReport): string {
  const { input, cached_input, cache_write, output } = total.computed_usd
  const split = `input ${money(input)}, cache read ${money(cached_input)}, cache write ${money(cache_write)}, output ${money(output)}`
  const named = unpriced.slice(0, 5).map(({ model, tokens }) => `${model ?? UNKNOWN} ${count(tokens)}`)
  const more = unpriced.length > 5 ? [`${counted(unpriced.length - 5, 'other model')}`] : []
  return [
    ...(input + cached_input + cache_write + output > 0 ? [`Computed: ${split}`] : []),
    ...(unpriced.length > 0 ? [`Unpriced tokens, in no sum: ${[...named, ...more].join(', ')}; --prices FILE can say`] : []),
    `US dollars. Prices: ${prices}, at the time of each response; subscriptions pay otherwise`,
  ].join('\n')
}

function money(usd: number | null): string {
  if (usd === null) return 'unknown'
  if (usd === 0) return '0'
  return usd < 0.01 ? usd.toFixed(4) : usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
