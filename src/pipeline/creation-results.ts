import { readFileSync } from 'node:fs'
import { RunFolder } from '../dataset/run/folder.ts'
import type { RunManifest } from '../dataset/run/manifest.ts'
import { RunRejects } from '../dataset/run/rejects.ts'
import { exportRows, runRows, runTypes } from '../dataset/run/rows.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { type ColumnStatistics, columnStatistics } from './analysis.ts'
import type { BillSummary } from './bill.ts'
import { type DisplayOptions, displayRecord } from './display.ts'
import type { Failure } from './run.ts'

/** What is known of a finished dataset. */
export type DatasetAnalysis = {
  /** Rows that were made. */
  num_records: number
  /** Rows that were asked for. */
  target_num_records: number
  /** The former as a share of the latter, in percent. */
  percent_complete: number
  /** What each column holds. */
  column_statistics: ColumnStatistics[]
}

/** A dataset in its folder. */
export class DatasetCreationResults {
  /** The folder. */
  readonly path: string
  private readonly folder: RunFolder
  private readonly shown: { seedColumns: readonly string[]; standIns: readonly string[] }
  private next = 0

  constructor(path: string, shown: { seedColumns: readonly string[]; standIns: readonly string[] }) {
    this.path = path
    this.folder = new RunFolder(path)
    this.shown = shown
  }

  /** Aliases the built-in stand-in answered for; it extracts text and is no model. */
  get standIns(): readonly string[] {
    return this.shown.standIns
  }

  /** Where the run stands. Throws where there is no run in the folder. */
  get manifest(): RunManifest {
    const manifest = this.folder.readManifest()
    if (manifest === null) throw new TracewrightError('file', `Cannot open a dataset: there is none in '${this.path}'`)
    return manifest
  }

  /** Tokens and money, by model and column. */
  get usage(): BillSummary {
    return JSON.parse(readFileSync(this.folder.usage, 'utf8')) as BillSummary
  }

  /** Rows that could not be made, each with its column, row and cause. */
  get failures(): Failure[] {
    return RunRejects.read(this.folder, this.manifest) as unknown as Failure[]
  }

  /** Processors that made rows beside the dataset. */
  get processors(): string[] {
    return Object.keys(this.manifest.artifacts)
  }

  /** The rows, or those a processor made beside them, one after the other; nothing but the current ones is held. */
  rows(processor: string | null = null): AsyncIterable<Row> {
    return runRows(this.folder, this.manifest, processor)
  }

  /** All rows, in memory. */
  async loadDataset(): Promise<Row[]> {
    return Array.fromAsync(this.rows())
  }

  /** All rows that a processor made beside the dataset, in memory. */
  async loadProcessorDataset(processor: string): Promise<Row[]> {
    return Array.fromAsync(this.rows(processor))
  }

  /** Counts of nulls and distinct values, by column. */
  async loadAnalysis(): Promise<DatasetAnalysis> {
    const { rows, target } = this.manifest
    return {
      num_records: rows,
      target_num_records: target.num_records ?? rows,
      percent_complete: Math.min(100, (100 * rows) / Math.max(1, target.num_records ?? rows)),
      column_statistics: await columnStatistics(this.rows()),
    }
  }

  /**
   * Write the rows to a file, in the format its ending names. Gives the number of rows. What has no fixed shape is JSON text in JSON
   * Lines, so that other readers find one table; `nested` leaves it nested.
   */
  async export(path: string, { nested = false }: { nested?: boolean } = {}): Promise<number> {
    return exportRows(this.rows(), path, { ...(await runTypes(this.folder, this.manifest)), nested })
  }

  /** Print a record as a person wants to read it. Throws where there is no such record. */
  async displaySampleRecord(options: DisplayOptions = {}): Promise<void> {
    const count = this.manifest.rows
    const index = options.index ?? this.next
    if (options.index === undefined) this.next = (index + 1) % Math.max(1, count)
    let at = 0
    let row: Row | null = null
    for await (const candidate of this.rows()) {
      if (at++ < index) continue
      row = candidate
      break
    }
    displayRecord({ row, index, count, ...this.shown }, options)
  }
}
