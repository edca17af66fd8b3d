import { writeFileSync } from 'node:fs'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { escapeHTML } from '../../view/escape-html.ts'
import { visible } from '../../visible.ts'
import { printText } from '../display.ts'
import type { AnalysisFacts } from './analysis-facts.ts'
import type { ColumnStatistics } from './column-statistics.ts'
import type { Histogram } from './distribution.ts'

/** What a report shows, and where. */
export type ReportOptions = {
  /** File that ends in .html, .txt or .json. Default: it is printed. */
  savePath?: string
  /** 'overview', 'column_profilers', and column types. Default: all there are. */
  includeSections?: readonly string[]
  /** Columns of text. Default: the terminal's, 100 where there is none. */
  width?: number
}

/** Print a report, or write it to a file. */
export function writeReport(analysis: AnalysisFacts, options: ReportOptions): void {
  refuseUnknownOptions(options, ['save_path', 'include_sections', 'width'], 'toReport')
  const { savePath } = options
  if (savePath === undefined) printText(analysisText(analysis, options))
  else if (savePath.endsWith('.html')) writeFileSync(savePath, page(analysisHTML(analysis, options)))
  else if (savePath.endsWith('.txt')) writeFileSync(savePath, `${analysisText(analysis, options)}\n`)
  else if (savePath.endsWith('.json')) writeFileSync(savePath, `${JSON.stringify(analysis, null, 2)}\n`)
  else throw new TracewrightError('usage', `Cannot write a report to '${savePath}': expected a name that ends in .html, .txt or .json`)
}

/** A report as text, one line a column: it fits a page where the columns do. What rows hold cannot act in a terminal. */
export function analysisText(analysis: AnalysisFacts, options: ReportOptions): string {
  const width = Math.max(40, options.width ?? process.stdout.columns ?? 100)
  return sectionsOf(analysis, options.includeSections)
    .map(({ title, rows }) => [visible(title), ...aligned(rows, width)].join('\n'))
    .join('\n\n')
}

/** A report as HTML; all that rows hold is escaped. */
export function analysisHTML(analysis: AnalysisFacts, { includeSections }: ReportOptions): string {
  const row = (cells: readonly string[], tag: string) => `<tr>${cells.map(cell => `<${tag}>${escapeHTML(cell)}</${tag}>`).join('')}</tr>`
  const sections = sectionsOf(analysis, includeSections).map(({ title, rows: [head = [], ...rows] }) => {
    const body = rows.map(cells => row(cells, 'td')).join('')
    return `<h3>${escapeHTML(title)}</h3><table>${row(head, 'th')}${body}</table>`
  })
  return `<div class="tracewright-report"><style>${STYLE}</style>${sections.join('')}</div>`
}

const STYLE =
  '.tracewright-report table{border-collapse:collapse}.tracewright-report th,.tracewright-report td{text-align:left;padding:2px 14px 2px 0;vertical-align:top}'

function page(body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dataset report</title></head><body>${body}</body></html>\n`
}

type Section = { title: string; rows: string[][] }

/** Values of a histogram that are shown. */
const SHOWN = 5

function sectionsOf(analysis: AnalysisFacts, included: readonly string[] | undefined): Section[] {
  const isIn = (name: string) => included === undefined || included.includes(name)
  const sections: Section[] = []
  if (isIn('overview'))
    sections.push({
      title: 'Dataset',
      rows: [
        ['records', 'asked for', 'complete', 'columns'],
        [
          String(analysis.num_records),
          String(analysis.target_num_records),
          `${analysis.percent_complete.toFixed(1)}%`,
          String(analysis.column_statistics.length),
        ],
      ],
    })
  for (const [type, columns] of Map.groupBy(analysis.column_statistics, ({ column_type }) => column_type)) {
    if (!isIn(type)) continue
    const extra = EXTRAS.filter(({ isFor }) => columns.some(isFor))
    const head = ['column', 'type', 'nulls', 'distinct', ...extra.map(({ title }) => title)]
    const rows = columns.map(column => [...general(column), ...extra.map(({ cell }) => cell(column))])
    sections.push({ title: `${type} columns`, rows: [head, ...rows] })
  }
  if (isIn('column_profilers'))
    for (const { column_name, scores } of analysis.column_profiles ?? [])
      sections.push({
        title: `What '${column_name}' said`,
        rows: [['score', 'values'], ...Object.entries(scores).map(([name, { histogram }]) => [name, histogramText(histogram)])],
      })
  return sections
}

function general({ column_name, simple_dtype, num_null, num_unique, num_records }: ColumnStatistics): string[] {
  const share = num_records === 0 ? '' : ` (${((100 * num_unique) / num_records).toFixed(1)}%)`
  return [column_name, simple_dtype, String(num_null), `${num_unique}${share}`]
}

/** What columns of some types have besides. */
const EXTRAS: readonly { title: string; isFor(column: ColumnStatistics): boolean; cell(column: ColumnStatistics): string }[] = [
  {
    title: 'read, a record',
    isFor: column => column.input_tokens_mean !== undefined,
    cell: column => tokens(column.input_tokens_mean, column.input_tokens_stddev),
  },
  {
    title: 'written, a record',
    isFor: column => column.output_tokens_mean !== undefined,
    cell: column => tokens(column.output_tokens_mean, column.output_tokens_stddev),
  },
  {
    title: 'valid',
    isFor: column => column.num_valid_records !== undefined,
    cell: ({ num_valid_records: valid = 0, num_records: all }) => (all === 0 ? '--' : `${((100 * valid) / all).toFixed(1)}%`),
  },
  { title: 'sampler', isFor: column => column.sampler_type !== undefined, cell: column => column.sampler_type ?? '' },
  { title: 'drawn', isFor: column => column.distribution != null, cell: column => drawn(column.distribution ?? null) },
]

function tokens(mean: number | '--' | undefined, spread: number | '--' | undefined): string {
  if (typeof mean !== 'number') return '--'
  return typeof spread === 'number' ? `${mean.toFixed(1)} ± ${spread.toFixed(1)}` : mean.toFixed(1)
}

function drawn(distribution: ColumnStatistics['distribution'] | null): string {
  if (distribution == null) return ''
  if ('histogram' in distribution) return histogramText(distribution.histogram)
  const { min, max, mean, stddev } = distribution
  const short = (value: number) => String(Number(value.toPrecision(4)))
  return `${short(min)} to ${short(max)}, mean ${short(mean)}${stddev === null ? '' : ` ± ${short(stddev)}`}`
}

function histogramText({ categories, counts }: Histogram): string {
  const shown = categories.slice(0, SHOWN).map((value, i) => `${value}: ${counts[i]}`)
  return [...shown, ...(categories.length > SHOWN ? [`${categories.length - SHOWN} more`] : [])].join(', ')
}

/** Rows whose cells stand below each other; what is too long for the line is cut. */
function aligned(rows: readonly string[][], width: number): string[] {
  const clean = rows.map(cells => cells.map(cell => visible(cell).replaceAll('\n', ' ')))
  const widths = (clean[0] ?? []).map((_, i) => Math.min(MAX_CELL, Math.max(...clean.map(cells => (cells[i] ?? '').length))))
  return clean.map(cells => {
    const line = cells.map((cell, i) => (i === cells.length - 1 ? cell : cut(cell, widths[i]!).padEnd(widths[i]!))).join('  ')
    return `  ${cut(line.trimEnd(), width - 2)}`
  })
}

const MAX_CELL = 40

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
