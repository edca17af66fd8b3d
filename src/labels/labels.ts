import { existsSync } from 'node:fs'
import { labelColumnsFile } from '../dataset/label-columns.ts'
import { type Known, refuseMore, refuseUnknownOptions } from '../fields.ts'
import { LabelBook, type LabelOptions, type LabelReport } from './label-book.ts'

/** Label rows of a store, or take labels back. From then on whoever reads the store finds them as columns. */
export async function addLabels(store: string, options: LabelOptions): Promise<LabelReport> {
  refuseUnknownOptions(options, LABEL_OPTIONS, 'addLabels')
  return new LabelBook(store).say(options)
}

const LABEL_OPTIONS: Known<LabelOptions> = { sessions: true, message: true, labels: true, by: true, undo: true }

/** Make the columns anew from what people said, each label of a message where the message is now. */
export async function refreshLabels(store: string, ...more: never[]): Promise<LabelReport> {
  refuseMore(more, 'refreshLabels', 'a store')
  return new LabelBook(store).refresh()
}

/** Make the columns anew where a store has labels: its rows may have changed. */
export async function refreshIfLabelled(store: string): Promise<void> {
  if (existsSync(labelColumnsFile(store))) await refreshLabels(store)
}
