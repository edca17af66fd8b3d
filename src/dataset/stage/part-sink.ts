import { closeSync } from 'node:fs'
import { MAX_GROUP_BYTES, MAX_GROUP_ROWS, ParquetFileWriter } from '../../codec/parquet/file-writer.ts'
import type { StagedPages } from '../../codec/parquet/row-pages.ts'
import { leafColumns } from '../../codec/parquet/schema.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import { openToWrite } from '../../disk/open-to-write.ts'
import { syncFile } from '../../disk/sync.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { FrontLines } from './front-lines.ts'
import { PagesAgain } from './pages-again.ts'
import { linePieces } from './row-line.ts'
import type { StageShape } from './row-stage.ts'
import { linesIn } from './staged-lines.ts'
import { PartRows, type RowFate, type StagedFiles, type StagedPart } from './staged-rows.ts'

/** Where staged rows go in the end. */
export interface PartSink {
  /** Take rows of a part over, each as its fate says. The part's file is held as long as it is needed. */
  take(part: StagedPart, fates: readonly RowFate[]): Promise<void>
  /** All rows have come: give the file back whole, and on the disk. */
  close(): Promise<void>
  /** Let go of everything. */
  abandon(): void
}

/** A sink for rows that wait in this form, at a path. */
export function sinkOf(shape: StageShape, path: string, { staged, changes }: { staged: StagedFiles; changes: StoreChanges }): PartSink {
  return shape.form === 'pages' ? new ParquetSink(path, shape.types, staged, changes) : new LineSink(path, shape, changes)
}

/** A Parquet file. Pages are taken as they are and put together to row groups. */
class ParquetSink implements PartSink {
  private readonly writer: ParquetFileWriter
  private readonly types: StoreTypes
  private readonly staged: StagedFiles
  private group: StagedPart[] = [] // parts that become a row group
  private readonly again: PagesAgain
  private readonly leaves: readonly string[] // the column of the table that each leaf is part of

  constructor(path: string, types: StoreTypes, staged: StagedFiles, changes: StoreChanges) {
    this.writer = new ParquetFileWriter(path, types)
    this.types = types
    this.staged = staged
    this.again = new PagesAgain(types, staged, changes)
    this.leaves = leafColumns(types).map(({ path }) => path[0]!)
  }

  async take(part: StagedPart, fates: readonly RowFate[]): Promise<void> {
    // Pages are taken as they are; only what changes is put together and taken apart again.
    const parts = fates.every(fate => fate === 'keep') ? [part] : await this.restage(part, fates)
    for (const next of parts) {
      const rows = this.group.reduce((sum, { rows }) => sum + rows, next.rows)
      const bytes = this.group.reduce((sum, { bytes }) => sum + bytes, next.bytes)
      if (rows > MAX_GROUP_ROWS || bytes > MAX_GROUP_BYTES) this.drain()
      this.staged.hold(next.file)
      this.group.push(next)
    }
  }

  async close(): Promise<void> {
    this.drain()
    this.writer.close()
    this.again[Symbol.dispose]()
  }

  abandon(): void {
    this.writer.abort()
    this.letGo()
    this.again[Symbol.dispose]()
  }

  /** What is left of a part. Where all its rows are, only the columns that change are made anew: few rows change in what was said. */
  private async restage(part: StagedPart, fates: readonly RowFate[]): Promise<StagedPart[]> {
    if (!('pages' in part)) throw new TypeError('Parquet is made of pages')
    const rows = new PartRows(part, this.types)
    if (!fates.includes('drop')) return [{ ...part, pages: await this.patched(part.pages, fates, rows) }]
    for (const [i, fate] of fates.entries()) {
      const row = rows.settled(i, fate)
      if (row !== null) await this.again.add(row as unknown as Row)
    }
    return this.again.rows === 0 ? [] : [await this.again.flush()]
  }

  private async patched(staged: StagedPages, fates: readonly RowFate[], rows: PartRows): Promise<StagedPages> {
    const patches = fates.map(fate => (typeof fate === 'object' ? fate : {}))
    const columns = Object.keys(this.types).filter(column => patches.some(patch => column in patch))
    const isWhole = patches.every(patch => columns.every(column => column in patch))
    const changed = patches.map((patch, i) => (isWhole ? patch : { ...rows.row(i, columns), ...patch }))
    const { file, pages: made } = await this.again.only(columns, changed as unknown as Row[])
    const next = made.pages.values()
    const pages = this.leaves.map((column, i) => (columns.includes(column) ? { ...next.next().value!, file } : staged.pages[i]!))
    return { rows: staged.rows, uncompressed: pages.reduce((sum, { uncompressed }) => sum + uncompressed, 0), pages }
  }

  private drain(): void {
    this.writer.writeStaged(this.group.flatMap(part => ('pages' in part ? [{ staged: part.pages, file: part.file }] : [])))
    this.letGo()
  }

  private letGo(): void {
    for (const { file } of this.group) this.staged.letGo(file)
    this.group = []
  }
}

/** A file of lines of JSON. Where lines show types, those that show more than the first ones come before them. */
class LineSink implements PartSink {
  private readonly path: string
  private readonly output: number
  private readonly types: StoreTypes | null
  private readonly changes: StoreChanges
  private readonly front: FrontLines | null

  constructor(path: string, { types, showsTypes = false }: { types: StoreTypes | null; showsTypes?: boolean }, changes: StoreChanges) {
    this.path = path
    this.output = openToWrite(path)
    this.types = types
    this.changes = changes
    this.front = showsTypes && types !== null ? new FrontLines(types) : null
  }

  async take(part: StagedPart, fates: readonly RowFate[]): Promise<void> {
    for (const piece of piecesOf(part, fates, this.types, this.changes, this.front)) writeAll(this.output, piece)
  }

  async close(): Promise<void> {
    syncFile(this.output)
    closeSync(this.output)
    this.front?.settle(this.path)
  }

  abandon(): void {
    closeSync(this.output)
  }
}

/** The lines of a part's rows, each as its fate says, a piece at a time. */
export function* piecesOf(
  part: StagedPart,
  fates: readonly RowFate[],
  types: StoreTypes | null,
  changes: StoreChanges,
  front: FrontLines | null = null,
): Iterable<Buffer> {
  if (!('lines' in part)) throw new TypeError('Lines are made of lines')
  const rows = new PartRows(part, types)
  for (const [i, fate] of fates.entries())
    if (fate === 'keep') {
      const line = part.lines[i]!
      yield* linesIn({ file: part.file, ...line })
      front?.add(line.length, line.shown)
    } else if (fate !== 'drop') {
      const shows = front?.shows() ?? null
      let length = 0
      for (const piece of linePieces(rows.settled(i, fate)!, types, changes, shows)) {
        const bytes = Buffer.from(piece)
        length += bytes.length
        yield bytes
      }
      front?.add(length, shows?.shown.join(''))
    }
}
