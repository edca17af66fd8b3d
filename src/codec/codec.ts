import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'

/** Writes rows to one file. The file bears its name only when it is whole: a reader never sees half of it. */
export interface RowWriter {
  /** Write a row and give its size as JSON text, in characters. */
  write(row: Row): Promise<number>
  /** Finish and give the number of rows written. */
  close(): Promise<number>
  /** Leave nothing behind. */
  abort(): Promise<void>
}

/** How rows are written. */
export type WriteOptions = {
  /** Types of the columns. Default: what the rows turn out to need. */
  types?: StoreTypes
  /** What else the file says of itself, where its format has a place for it. */
  metadata?: { readonly [key: string]: string }
  /**
   * Whether texts of a CSV file that a spreadsheet would take for formulas are written with a mark before them, which is taken away when
   * this program reads the file. Default: false; other programs see the mark.
   */
  guardsFormulas?: boolean
  /** Of JSON Lines: leave what has no fixed shape nested, although its types are given. Default: it is JSON text. */
  nested?: boolean
}

/** In which form rows wait for a file: as pages of columns, or as lines of JSON. */
export type StageForm = 'pages' | 'lines'

/** A file format for rows: read and write are inverse to each other. */
export interface Codec<Name extends string = string> {
  /** Name in options and manifests. */
  readonly name: Name
  /** Endings of file names, with the dot. */
  readonly extensions: readonly string[]
  /** One sentence for the docs. */
  readonly description: string
  /** What a column comes back as whose values are of several kinds: as it was, or as text that is JSON where it was no text. */
  readonly mixed: 'kept' | 'text'
  /**
   * Of what a file is put together where threads make its rows, so that nobody looks into them again: of compressed pages of Parquet, or
   * of lines of JSON. Only such a codec can be that of a store. Left out: rows are written one by one.
   */
  readonly stage?: StageForm
  /** Begin a file at a path. */
  write(path: string, options?: WriteOptions): RowWriter
  /** Rows of a file, in its order. Throws TracewrightError with the place of what cannot be read. */
  read(path: string): AsyncIterable<Row>
  /** The rows of a file by number, without holding them. Throws where it is no file of this codec. */
  open(path: string): Promise<RowFile>
}

/** Rows of a file by number; what is held is where they stand. */
export interface RowFile {
  /** Columns that rows have; of files that do not say, those of the first rows. */
  readonly columns: readonly string[]
  /** Number of rows. */
  readonly size: number
  /** The row of a number from 0. */
  read(index: number): Promise<Row>
  /** Hear that this share of the rows, 0 to 1, will be read in no order. */
  expect?(share: number): void
  /** Let go of files. */
  close(): void
}

/** Define a codec; keeps its name as a literal type. */
export function defineCodec<const Name extends string>(codec: Codec<Name>): Codec<Name> {
  return codec
}
