import { closeSync, fstatSync, readSync } from 'node:fs'
import { openToRead } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { Assembly, assembleRows, type ChunksOf } from './assemble.ts'
import { type ColumnChunk, CREATED_BY, MAGIC, type RowGroup, TYPES_KEY } from './footer.ts'
import { isIntact } from './footer-check.ts'
import { integerAt, PageReader } from './page-reader.ts'
import { leafColumns } from './schema.ts'
import { ThriftReader, type ThriftValue } from './thrift-reader.ts'

/** Reads Parquet files that `ParquetFileWriter` has written; those of others are for DuckDB. */
export class ParquetFileReader {
  readonly path: string
  readonly groups: readonly RowGroup[]
  /** Types of the columns. */
  readonly types: StoreTypes
  private readonly file: number
  private readonly leaves: ReturnType<typeof leafColumns>

  /** The reader of a file of ours; null for one of somebody else. Throws where it is of ours, and damaged. */
  static open(path: string): ParquetFileReader | null {
    try {
      return new ParquetFileReader(path)
    } catch (error) {
      if (error instanceof TracewrightError && error.cause === undefined) throw error
      return null
    }
  }

  /** Throws where it is no such file. */
  constructor(path: string) {
    this.path = path
    this.file = openToRead(path)
    try {
      const bytes = this.footer()
      if (isIntact(bytes) === false) throw new DamagedFooter()
      const footer = new ThriftReader(bytes).struct() as Fields
      if (String(footer[6]) !== CREATED_BY) throw new TypeError(`found a file of '${footer[6]}'`)
      this.types = typesIn(footer)
      this.groups = groupsIn(footer)
      this.leaves = leafColumns(this.types)
    } catch (error) {
      closeSync(this.file)
      if (error instanceof DamagedFooter) throw damagedFooter(path)
      throw new TracewrightError('file', 'Cannot read rows: found no Parquet file of this program', { where: path, cause: error })
    }
  }

  /** Rows of a row group, in order, as they were before they were stored; with some columns, the others are not read. */
  rows(group: RowGroup, columns?: readonly string[]): Iterable<Row> {
    if (columns === undefined) return assembleRows(this.types, this.chunks(group), group.rows, this.from(group.chunks))
    const types = Object.fromEntries(Object.entries(this.types).filter(([column]) => columns.includes(column)))
    const chunks = group.chunks.filter((_, i) => columns.includes(this.leaves[i]!.path[0]!))
    return assembleRows(
      types,
      chunks.map(chunk => this.bytes(chunk)),
      group.rows,
      this.from(chunks),
    )
  }

  /** Rows of a row group as they are stored. */
  assembly(group: RowGroup): Assembly {
    return new Assembly(this.types, this.chunks(group), this.from(group.chunks))
  }

  /** The values of a column of single values, without reading the others. */
  values(group: RowGroup, column: string): Json[] {
    const at = leafColumns(this.types).findIndex(({ path }) => path.length === 1 && path[0] === column)
    const chunk = group.chunks[at]!
    const rows = assembleRows({ [column]: this.types[column]! }, [this.bytes(chunk)], group.rows, this.from([chunk]))
    return Array.from(rows, row => row[column]!)
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }

  /** Go through all pages without making their values. Throws where one is damaged. */
  verify(): void {
    const columns = leafColumns(this.types)
    for (const { chunks } of this.groups)
      for (const [i, chunk] of chunks.entries()) {
        const pages = new PageReader(columns[i]!, this.bytes(chunk), { file: this.path, values: chunk.values })
        while (pages.passPage());
      }
  }

  private from(chunks: readonly ColumnChunk[]): ChunksOf {
    return { file: this.path, values: chunks.map(({ values }) => values) }
  }

  private chunks(group: RowGroup): Buffer[] {
    return group.chunks.map(chunk => this.bytes(chunk))
  }

  private footer(): Buffer {
    const { size } = fstatSync(this.file)
    const end = this.bytes({ offset: size - 8, length: 8 })
    if (!end.subarray(4).equals(MAGIC)) throw new RangeError(`found '${end.subarray(4)}' at its end, expected '${MAGIC}'`)
    const length = end.readUInt32LE(0)
    return this.bytes({ offset: size - 8 - length, length })
  }

  private bytes({ offset, length }: Pick<ColumnChunk, 'offset' | 'length'>): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; ) {
      const read = readSync(this.file, bytes, at, length - at, offset + at)
      if (read === 0) throw new RangeError(`ended at byte ${offset + at}, expected ${length - at} bytes more`)
      at += read
    }
    return bytes
  }
}

type Fields = { [field: number]: ThriftValue }

/** A footer of ours that is not what was written. */
class DamagedFooter extends Error {}

function damagedFooter(path: string): TracewrightError {
  return new TracewrightError('file', 'Cannot read rows: the footer is damaged: found another checksum than it says', {
    where: path,
    hint: 'Nothing in the file can be relied on: make it again',
  })
}

function typesIn(footer: Fields): StoreTypes {
  const entry = (footer[5] as Fields[]).find(({ 1: key }) => String(key) === TYPES_KEY)
  return JSON.parse(String(entry![2])) as StoreTypes
}

function groupsIn(footer: Fields): RowGroup[] {
  return (footer[4] as Fields[]).map(group => ({
    rows: group[3] as number,
    chunks: (group[1] as Fields[]).map(chunk => chunkOf(chunk[3] as Fields)),
  }))
}

function chunkOf(chunk: Fields): ColumnChunk {
  const statistics = chunk[12] as Fields
  const isText = chunk[1] === 6
  const bound = (value: ThriftValue | undefined) =>
    value === undefined ? null : isText ? (value as Buffer).toString() : integerAt(value as Buffer, 0)
  return {
    offset: chunk[9] as number,
    length: chunk[7] as number,
    uncompressed: chunk[6] as number,
    values: chunk[5] as number,
    statistics: { nulls: statistics[3] as number, min: bound(statistics[6]), max: bound(statistics[5]) },
  }
}
