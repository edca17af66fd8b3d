import { RowPages, type StagedPages } from '../../codec/parquet/row-pages.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { PageFile } from './page-file.ts'
import type { StagedFiles, StagedPart } from './staged-rows.ts'

/** Pages that are made again, of rows or columns in which something changed, in a file of their own. It is there until `close`. */
export class PagesAgain {
  private readonly types: StoreTypes
  private readonly staged: StagedFiles
  private readonly changes: StoreChanges
  private readonly makers = new Map<string, RowPages>() // by the columns they make
  private output: PageFile | null = null

  constructor(types: StoreTypes, staged: StagedFiles, changes: StoreChanges) {
    this.types = types
    this.staged = staged
    this.changes = changes
  }

  /** Rows that were added and not flushed. */
  get rows(): number {
    return this.maker(Object.keys(this.types)).rows
  }

  /** Add a whole row. */
  async add(row: Row): Promise<void> {
    await this.maker(Object.keys(this.types)).add(row, this.changes)
  }

  /** Make pages of the rows that were added. */
  async flush(): Promise<StagedPart> {
    const maker = this.maker(Object.keys(this.types))
    const { bytes } = maker
    const { file, pages } = await this.write(maker)
    return { file, rows: pages.rows, bytes, pages }
  }

  /** Make pages of only some columns of rows. */
  async only(columns: readonly string[], rows: readonly Row[]): Promise<{ file: string; pages: StagedPages }> {
    const maker = this.maker(columns)
    for (const row of rows) await maker.add(row, this.changes)
    return this.write(maker)
  }

  [Symbol.dispose](): void {
    if (this.output === null) return
    this.output.close()
    this.staged.letGo(this.output.path)
    this.output = null
  }

  private maker(columns: readonly string[]): RowPages {
    const key = columns.join(' ')
    const known = this.makers.get(key)
    if (known !== undefined) return known
    const maker = new RowPages(Object.fromEntries(columns.map(column => [column, this.types[column]!])))
    this.makers.set(key, maker)
    return maker
  }

  private async write(maker: RowPages): Promise<{ file: string; pages: StagedPages }> {
    const output = (this.output ??= this.open())
    return { file: output.path, pages: await output.write(maker) }
  }

  private open(): PageFile {
    const file = this.staged.next()
    this.staged.hold(file)
    return new PageFile(file)
  }
}
