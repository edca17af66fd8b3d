import { TracewrightError } from '../errors.ts'
import { refuseUnknownOptions } from '../fields.ts'
import type { Row } from '../row.ts'
import { renderRecord, type ShownRecord } from '../view/record.ts'

/** How `displaySampleRecord` shows a record. */
export type DisplayOptions = {
  /** Which record, from 0. Default: the next one at each call, from the first on. */
  index?: number
  /** Columns of the output. Default: the terminal's width, else 100. */
  width?: number
  /** Colours. Default: on a terminal, unless NO_COLOR is set. */
  color?: boolean
  /** Lines of a value before it is folded; 0 never folds. Default 12. */
  foldAt?: number
}

/** A record that may not be there, and what is to be said with it. */
export type RecordToShow = { row: Row | null; index: number; count: number; seedColumns: readonly string[]; standIns: readonly string[] }

/** Print a record. Throws where there is none. */
export function displayRecord(record: RecordToShow, options: DisplayOptions): void {
  refuseUnknownOptions(options, ['index', 'width', 'color', 'fold_at'], 'displaySampleRecord')
  const { width = process.stdout.columns ?? 100, foldAt = 12 } = options
  const color = options.color ?? (process.stdout.isTTY === true && !process.env['NO_COLOR'])
  process.stdout.write(renderRecord(shownRecord(record), { width: Math.max(40, width), color, foldAt }))
}

/** A record as views take it. Throws where there is none. */
export function shownRecord({ row, index, count, seedColumns, standIns }: RecordToShow): ShownRecord {
  if (row === null)
    throw new TracewrightError('usage', `Cannot display record ${index}: the dataset has ${count} records`, {
      hint: count === 0 ? 'The failures say why' : `Take an index from 0 to ${count - 1}`,
    })
  return { row, index, count, seedColumns, ...(standIns.length > 0 ? { note: 'answered by the stand-in, which is no model' } : {}) }
}

/** Print a text whose words were made inert before. */
export function printText(text: string): void {
  process.stdout.write(`${text}\n`)
}
