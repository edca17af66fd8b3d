import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { RunFolder } from '../../dataset/run/folder.ts'
import { openHub } from '../../dataset/run/hub-home.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { RunPictures } from '../../dataset/run/pictures.ts'
import { RunRejects } from '../../dataset/run/rejects.ts'
import { exportRows, runRows, runTypes } from '../../dataset/run/rows.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { ownValue, setOwn } from '../../json/own.ts'
import { percentDecoded } from '../../percent-decoded.ts'
import type { Row } from '../../row.ts'
import { DatasetSeedSource } from '../../seed/dataset.ts'
import type { ExportReport } from '../../training/folder/export-report.ts'
import { recordHTML } from '../../view/record-html.ts'
import { type DatasetAnalysis, RowAnalysis } from '../analysis/dataset-analysis.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import type { BillSummary } from '../creation/bill.ts'
import { continued, rowsOf } from '../creation/continue.ts'
import { type DisplayOptions, displayRecord, type RecordToShow, shownRecord } from '../display.ts'
import { exportDataDesignerFolder, type LayoutOptions, type LayoutReport } from '../layout/data-designer-folder.ts'
import type { Failure } from '../rows/failure.ts'
import { DROPPED } from '../rows/run.ts'
import { datasetCard } from './dataset-card.ts'
import { publishTo } from './publish-run.ts'

/** How rows are written to a file. */
export type FileOptions = {
  /** Whether what has no fixed shape stays nested in JSON Lines, rather than being JSON text. Default false. */
  nested?: boolean
  /** Name of the codec to write with: jsonl, json, csv, parquet. Default: what the file's ending names. */
  format?: string
}

/** How a dataset is put on the Hugging Face hub. */
export type HubOptions = {
  /** The token, or the environment variable that holds it. Default: `HF_TOKEN`. */
  token?: string | null
  /** Whether a dataset that is not there yet is made private. Default true. */
  private?: boolean
  /** Tags of its card. Default: none. */
  tags?: readonly string[]
}

/** A dataset in its folder. */
export class DatasetCreationResults {
  /** The folder. */
  readonly path: string
  private readonly folder: RunFolder
  private readonly builder: DataDesignerConfigBuilder
  private readonly shown: { seedColumns: readonly string[]; standIns: readonly string[] }
  private next = 0

  /** @internal */
  constructor(path: string, builder: DataDesignerConfigBuilder, shown: { seedColumns: readonly string[]; standIns: readonly string[] }) {
    this.path = path
    this.builder = builder
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
    return JSON.parse(readText(this.folder.usage)) as BillSummary
  }

  /** Rows that could not be made, each with its column, row and cause. */
  get failures(): Failure[] {
    return RunRejects.read(this.folder, this.manifest) as unknown as Failure[]
  }

  /** Processors that made rows beside the dataset. */
  get processors(): string[] {
    return Object.keys(this.manifest.artifacts)
  }

  /** What came of the exports that processors made of the whole dataset, by name. */
  get exports(): { [processor: string]: ExportReport } {
    const made: { [processor: string]: ExportReport } = Object.create(null) as { [processor: string]: ExportReport }
    const folder = join(this.path, 'exports')
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const report = join(folder, name, 'export.json')
      if (existsSync(report)) made[percentDecoded(name)] = JSON.parse(readText(report)) as ExportReport
    }
    return made
  }

  /** The rows, or those a processor made beside them, one after the other; nothing but the current ones is held. */
  rows(processor: string | null = null): AsyncIterable<Row> {
    return runRows(this.folder, this.manifest, processor)
  }

  /** How many rows there are; none of them is read. */
  countRecords(): number {
    return this.manifest.rows
  }

  /**
   * A config to go on from: the same models and tools, and the rows of this dataset as its seed. They are read from the folder as they are
   * drawn; of those of `columns` only, all are held in memory.
   */
  async toConfigBuilder(columns?: readonly string[]): Promise<DataDesignerConfigBuilder> {
    const source =
      columns === undefined ? new DatasetSeedSource({ path: resolve(this.path) }) : rowsOf(await this.loadDataset(), columns, this.path)
    return continued(this.builder, source)
  }

  /** All rows, in memory. */
  async loadDataset(): Promise<Row[]> {
    return Array.fromAsync(this.rows())
  }

  /** The folder of the files that a processor made beside the dataset. Throws where it made none. */
  getPathToProcessorArtifacts(processor: string): string {
    if (this.processors.includes(processor)) return this.folder.parts(processor)
    const made = this.processors.join(', ') || 'none'
    throw new TracewrightError('usage', `Cannot find what processor '${processor}' made: those that made rows are ${made}`)
  }

  /** What was dropped of each row, where the run was told to keep it (`preserveDroppedColumns`), in memory. */
  async loadDroppedColumns(): Promise<Row[]> {
    return this.loadProcessorDataset(DROPPED)
  }

  /** All rows that a processor made beside the dataset, in memory. */
  async loadProcessorDataset(processor: string): Promise<Row[]> {
    return Array.fromAsync(this.rows(processor))
  }

  /** What the columns hold, by their types: nulls, distinct values, tokens, how draws are spread, what judges said. Reads all rows, and holds none. */
  async loadAnalysis(): Promise<DatasetAnalysis> {
    const { rows, target, compat } = this.manifest
    const { seedColumns } = this.shown
    const analysis = new RowAnalysis({ columns: this.builder.columns, seedColumns, asDataDesigner: compat !== null })
    for await (const row of this.rows()) analysis.add(row)
    const bill = this.usage.columns
    return analysis.finish(target.num_records ?? rows, column => {
      const line = ownValue(bill, column)
      if (line === undefined || rows === 0) return {}
      return { input_tokens_mean: line.input_tokens / rows, output_tokens_mean: line.output_tokens / rows }
    })
  }

  /**
   * Write the rows to a file, in the format its ending names, or `format`: jsonl, json, csv, parquet. Gives the number of rows. What has no fixed shape is JSON text in JSON
   * Lines, so that other readers find one table; `nested` leaves it nested.
   */
  async export(path: string, options: FileOptions = {}): Promise<number> {
    refuseUnknownOptions(options, ['nested', 'format'], 'export')
    const { nested = false, format } = options
    return exportRows(this.rows(), path, { ...(await runTypes(this.folder, this.manifest)), nested, format })
  }

  /** Write the dataset as Data Designer leaves one on disk, into a folder of its own. */
  async exportDataDesignerFolder(output: string, options: LayoutOptions = {}): Promise<LayoutReport> {
    return exportDataDesignerFolder(this.path, output, options)
  }

  /**
   * Put the dataset on the Hugging Face hub, as one commit: rows, pictures, what processors made, failures, config, bill, and a card with
   * this description. Gives its address. The token is one, or the environment variable that holds it; default HF_TOKEN. A dataset that is
   * not there yet is made private, unless `private` is false.
   */
  async pushToHub(repoId: string, description: string, options: HubOptions = {}): Promise<string> {
    refuseUnknownOptions(options, ['token', 'private', 'tags'], 'pushToHub')
    const { token = null, private: isPrivate = true, tags = [] } = options
    const held = token === null || token.startsWith('hf_') ? token : (process.env[token] ?? '')
    const environment = held === null ? process.env : { ...process.env, HF_TOKEN: held }
    const home = openHub(`hf://datasets/${repoId}`, { environment, visibility: isPrivate ? 'private' : 'public' })
    const card = datasetCard({
      ...{ repo: repoId, description, tags, manifest: this.manifest, analysis: await this.loadAnalysis() },
      models: [...new Set(this.builder.askedModels.map(({ model }) => model))],
    })
    await publishTo(this.path, home, card)
    return `${process.env['HF_ENDPOINT'] ?? 'https://huggingface.co'}/datasets/${repoId}`
  }

  /** Print a record as a person wants to read it. Throws where there is no such record. */
  async displaySampleRecord(options: DisplayOptions = {}): Promise<void> {
    displayRecord(await this.wanted(options.index), options, { readPicture: this.readPicture })
  }

  /** A record as HTML, for notebooks, its pictures in it. */
  async sampleRecordHTML(index?: number): Promise<string> {
    return recordHTML({ ...shownRecord(await this.wanted(index)), readPicture: this.readPicture })
  }

  private get readPicture(): (path: string) => ReturnType<RunPictures['read']> {
    const pictures = new RunPictures(this.path)
    return path => pictures.read(path)
  }

  private async wanted(wanted: number | undefined): Promise<RecordToShow> {
    const count = this.manifest.rows
    const index = wanted ?? this.next
    if (wanted === undefined) this.next = (index + 1) % Math.max(1, count)
    const artifacts: RecordToShow['artifacts'] = {}
    for (const processor of this.processors.filter(name => name !== DROPPED)) {
      const { parts } = this.manifest.artifacts[processor]!
      // Of those that made one row of each record.
      if (parts.reduce((sum, { rows }) => sum + rows, 0) !== count) continue
      const made = await nth(this.rows(processor), index)
      if (made !== null) setOwn(artifacts, processor, made)
    }
    return { row: await nth(this.rows(), index), index, count, artifacts, ...this.shown }
  }
}

async function nth(rows: AsyncIterable<Row>, index: number): Promise<Row | null> {
  let at = 0
  for await (const row of rows) if (at++ === index) return row
  return null
}
