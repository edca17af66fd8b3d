import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import type { Assembly } from './parquet/assemble.ts'
import { ParquetFileReader } from './parquet/file-reader.ts'
import { decodeRow } from './store-value.ts'

/** Rows that are read one after the other, as they were before they were stored. */
export interface RowsAhead {
  /** The next row; null behind the last. */
  next(): Promise<Row | null>
  /** Pass over rows; whether one is left behind them. */
  skip(rows: number): Promise<boolean>
  [Symbol.dispose](): void
}

/** Files are kept open, for their footers are read once. */
const MAX_OPEN = 16

/** Files of this program's own writer, read without the engine: it takes twice the time and more memory than their rows do. */
export class OwnFiles {
  private readonly open = new Map<string, ParquetFileReader | null>()

  /** The rows of a file from a number on; null for a file of another writer. */
  rows(path: string, start: number, count: number, types: StoreTypes): RowsAhead | null {
    const reader = this.reader(path)
    return reader === null ? null : new OwnRows(reader, start, count, types)
  }

  [Symbol.dispose](): void {
    for (const reader of this.open.values()) reader?.[Symbol.dispose]()
    this.open.clear()
  }

  private reader(path: string): ParquetFileReader | null {
    let reader = this.open.get(path)
    if (reader === undefined) reader = ParquetFileReader.open(path)
    else this.open.delete(path)
    this.open.set(path, reader)
    if (this.open.size > MAX_OPEN) {
      const [oldest, unused] = this.open.entries().next().value!
      unused?.[Symbol.dispose]()
      this.open.delete(oldest)
    }
    return reader
  }
}

class OwnRows implements RowsAhead {
  private readonly reader: ParquetFileReader
  private readonly types: StoreTypes
  private group = 0
  private assembly: Assembly | null = null
  private at = 0 // in the group at hand
  private left: number // rows that may be given

  constructor(reader: ParquetFileReader, start: number, count: number, types: StoreTypes) {
    this.types = types
    this.reader = reader
    this.left = count
    this.move(start)
  }

  async next(): Promise<Row | null> {
    if (this.left <= 0) return null
    const assembly = this.here()
    if (assembly === null) return null
    this.left--
    this.at++
    return decodeRow(assembly.next(), this.types)
  }

  async skip(rows: number): Promise<boolean> {
    this.left -= rows
    this.move(rows)
    return this.left > 0 && this.group < this.reader.groups.length
  }

  [Symbol.dispose](): void {
    this.assembly = null
  }

  /** Go on by so many rows: row groups are left out whole. */
  private move(rows: number): void {
    let left = rows
    for (;;) {
      const group = this.reader.groups[this.group]
      if (group === undefined || left === 0) return
      if (this.at + left >= group.rows) {
        left -= group.rows - this.at
        this.group++
        this.at = 0
        this.assembly = null
      } else {
        const assembly = this.here()!
        for (; left > 0; left--, this.at++) assembly.pass()
      }
    }
  }

  private here(): Assembly | null {
    let group = this.reader.groups[this.group]
    if (group !== undefined && this.at >= group.rows) {
      group = this.reader.groups[++this.group]
      this.at = 0
      this.assembly = null
    }
    if (group === undefined) return null
    return (this.assembly ??= this.reader.assembly(group))
  }
}
