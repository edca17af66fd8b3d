import type { Compat } from '../../compat.ts'
import type { Usage } from '../../model/ask/usage.ts'
import { withWords } from '../../python/odd-value.ts'
import type { Row } from '../../row.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { renderRecord, type ShownRecord } from '../../view/record.ts'
import { recordHTML } from '../../view/record-html.ts'
import type { DatasetAnalysis } from '../analysis/dataset-analysis.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { continued, rowsOf } from '../creation/continue.ts'
import { type DisplayOptions, displayRecord, type RecordToShow, shownRecord } from '../display.ts'
import type { Failure } from '../rows/failure.ts'

/** What a preview made, all of it in memory. */
export class PreviewResults {
  /** What the columns hold, by their types. */
  readonly analysis: DatasetAnalysis
  /** Finished rows, in the order of the seed. Under compat an infinity is an object that counts as the number: `{ $float: 'inf' }`. */
  readonly dataset: Row[]
  /** Rows that could not be made, each with its column, row and cause. */
  readonly failures: Failure[]
  /** What the seed had no row of, and nothing went wrong: a log without a conversation, a copy of another. */
  readonly skipped: Failure[]
  /** Rows that processors made beside the dataset, by the processor's name. */
  readonly processorArtifacts: { [processor: string]: Row[] }
  /** Tokens and calls per model alias. */
  readonly usage: { [alias: string]: Usage }
  /** The seed of all random choices: give it to `new DataDesigner({ seed })` to see the same again. */
  readonly seed: number
  /** Columns that came from the seed. */
  readonly seedColumns: readonly string[]
  /** What was worth a warning in the config. */
  readonly warnings: readonly string[]
  /** Aliases the built-in stand-in answered for; it extracts text and is no model. */
  readonly standIns: readonly string[]
  /** Number of the first row, where others were passed over. */
  readonly first: number
  private readonly builder: DataDesignerConfigBuilder
  private readonly rows: readonly Row[]
  private next = 0

  constructor(
    made: Pick<
      PreviewResults,
      'analysis' | 'dataset' | 'failures' | 'skipped' | 'processorArtifacts' | 'usage' | 'seed' | 'seedColumns' | 'warnings' | 'standIns'
    > & {
      /** What was followed to the letter. */
      compat: Compat | null
      /** The config that was previewed. */
      builder: DataDesignerConfigBuilder
      /** Number of the first row. Default: none was passed over. */
      first?: number
    },
  ) {
    this.builder = made.builder
    this.analysis = made.analysis
    this.rows = made.dataset
    this.dataset = made.compat === null ? made.dataset : made.dataset.map(withWords)
    this.failures = made.failures
    this.skipped = made.skipped
    this.processorArtifacts = made.processorArtifacts
    this.usage = made.usage
    this.seed = made.seed
    this.seedColumns = made.seedColumns
    this.warnings = made.warnings
    this.standIns = made.standIns
    this.first = made.first ?? 0
  }

  /** A config to go on from: the same models and tools, and these rows as its seed, or only some columns of them. */
  toConfigBuilder(columns?: readonly string[]): DataDesignerConfigBuilder {
    const { rows } = this
    return continued(this.builder, columns === undefined ? new RowsSeedSource({ rows }) : rowsOf(rows, columns, 'the preview'))
  }

  /** Print a record as a person wants to read it. Throws where there is no such record. */
  displaySampleRecord(options: DisplayOptions = {}): void {
    displayRecord(this.wanted(options.index), options)
  }

  /** A record as HTML, for notebooks. */
  sampleRecordHTML(index?: number): string {
    return recordHTML(this.shown(index))
  }

  /** Notebooks (Deno, Jupyter) show the next record. */
  [Symbol.for('Jupyter.display')](): { [mediaType: string]: string } {
    const record = this.shown(undefined)
    return { 'text/html': recordHTML(record), 'text/plain': renderRecord(record, { width: 100, color: false, foldAt: 12 }) }
  }

  private shown(wanted: number | undefined): ShownRecord {
    return shownRecord(this.wanted(wanted))
  }

  /** What processors made of a record, of those that made one row of each. */
  private artifactsOf(index: number): { [processor: string]: Row } {
    const made = Object.entries(this.processorArtifacts).filter(([, rows]) => rows.length === this.dataset.length && index < rows.length)
    return Object.fromEntries(made.map(([processor, rows]) => [processor, rows[index]!]))
  }

  private wanted(index: number | undefined): RecordToShow {
    const count = this.dataset.length
    const at = index ?? this.next
    if (index === undefined) this.next = (at + 1) % Math.max(1, count)
    return {
      row: this.rows[at] ?? null,
      index: this.first + at,
      count: this.first + count,
      seedColumns: this.seedColumns,
      standIns: this.standIns,
      artifacts: this.artifactsOf(at),
    }
  }
}
