import { writeFileSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { camelCase, type Known, refuseUnknownOptions } from '../fields.ts'
import { ownValue, setOwn } from '../json/own.ts'
import { didYouMean } from '../nearest.ts'
import type { Row } from '../row.ts'
import { type RecordLayout, renderRecord, type ShownRecord } from '../view/record.ts'
import { recordPage } from '../view/record-html.ts'
import { withoutColumns } from './processors/drop-columns.ts'

/** How `displaySampleRecord` shows a record. */
export type DisplayOptions = {
  /** Which record, from 0. Default: the next one at each call, from the first on. */
  index?: number
  /** Leave the columns of the seed out. Default false. */
  hideSeedColumns?: boolean
  /** Show the conversations with models that columns keep (`NAME__trace`). Default true. */
  includeTraces?: boolean
  /** Of what processors made of the record, only this; by their names. Default: all. */
  processorsToDisplay?: readonly string[]
  /** Write it to a file that ends in .html or .txt instead of printing it. */
  savePath?: string
  /** Of an HTML file. Default 'light'. */
  theme?: 'light' | 'dark'
  /** Columns of the output. Default: the terminal's width, else 100. */
  displayWidth?: number
  /** Colours. Default: on a terminal, unless NO_COLOR is set. */
  color?: boolean
  /** Lines of a value before it is folded; 0 never folds. Default 12. */
  foldAt?: number
}

const DISPLAY_OPTIONS: Known<DisplayOptions> = {
  index: true,
  hideSeedColumns: true,
  includeTraces: true,
  processorsToDisplay: true,
  savePath: true,
  theme: true,
  displayWidth: true,
  color: true,
  foldAt: true,
}

/** What Data Designer takes and there is nothing here for. */
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['syntaxHighlightingTheme', 'Values are not coloured by their syntax: leave it out; color says whether there are colours at all'],
  ['backgroundColor', "Leave it out; theme ('light' or 'dark') gives an HTML file its background"],
])

/** A record that may not be there, and what is to be said with it. `artifacts`: what processors made of it, by their names. */
export type RecordToShow = {
  row: Row | null
  index: number
  count: number
  seedColumns: readonly string[]
  standIns: readonly string[]
  artifacts: { [processor: string]: Row }
}

/** Print a record, or write it to a file. Throws where there is none. `more`: how pictures that it names are read. */
export function displayRecord(record: RecordToShow, options: DisplayOptions, more: Pick<ShownRecord, 'readPicture'> = {}): void {
  for (const key of Object.keys(options)) {
    const hint = NOT_HERE.get(camelCase(key))
    if (hint !== undefined) throw new TracewrightError('usage', `Cannot use '${key}'`, { where: 'displaySampleRecord', hint })
  }
  refuseUnknownOptions(options, DISPLAY_OPTIONS, 'displaySampleRecord')
  const { foldAt = 12, savePath, theme = 'light' } = options
  if (theme !== 'light' && theme !== 'dark')
    throw new TracewrightError('usage', `theme: found '${theme}', expected light or dark`, { where: 'displaySampleRecord' })
  const shown = { ...shownRecord(asked(record, options)), ...more }
  const width = Math.max(40, options.displayWidth ?? process.stdout.columns ?? 100)
  const layout = (color: boolean): RecordLayout => ({ width, color, foldAt })
  if (savePath === undefined)
    process.stdout.write(renderRecord(shown, layout(options.color ?? (process.stdout.isTTY === true && !process.env['NO_COLOR']))))
  else if (savePath.endsWith('.html')) writeFileSync(savePath, recordPage(shown, theme))
  else if (savePath.endsWith('.txt')) writeFileSync(savePath, renderRecord(shown, layout(false)))
  else throw new TracewrightError('usage', `Cannot write a record to '${savePath}': expected a name that ends in .html or .txt`)
}

/** The record as far as it is asked for. */
function asked(record: RecordToShow, { hideSeedColumns = false, includeTraces = true, processorsToDisplay }: DisplayOptions): RecordToShow {
  const { row, seedColumns } = record
  if (row === null) return record
  const traces = includeTraces ? [] : Object.keys(row).filter(name => name.endsWith('__trace'))
  const artifacts: RecordToShow['artifacts'] = {}
  for (const name of processorsToDisplay ?? Object.keys(record.artifacts)) {
    const made = ownValue(record.artifacts, name)
    const known = Object.keys(record.artifacts)
    if (made === undefined)
      throw new TracewrightError('usage', `Cannot display what processor '${name}' made of the record: it made nothing`, {
        hint: didYouMean(name, known, `Those that made something are ${known.join(', ') || 'none'}`),
      })
    setOwn(artifacts, name, made)
  }
  return { ...record, row: withoutColumns(row, [...traces, ...(hideSeedColumns ? seedColumns : [])]), artifacts }
}

/** A record as views take it. Throws where there is none. */
export function shownRecord({ row, index, count, seedColumns, standIns, artifacts }: RecordToShow): ShownRecord {
  if (row === null)
    throw new TracewrightError('usage', `Cannot display record ${index}: the dataset has ${count} records`, {
      hint: count === 0 ? 'The failures say why' : `Take an index from 0 to ${count - 1}`,
    })
  const note = standIns.length > 0 ? { note: 'answered by the stand-in, which is no model' } : {}
  return { row, index, count, seedColumns, artifacts, ...note }
}

/** Print a text whose words were made inert before. */
export function printText(text: string): void {
  process.stdout.write(`${text}\n`)
}
