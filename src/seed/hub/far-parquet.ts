import type { Database } from '../../codec/duckdb.ts'
import { fileSql } from '../../codec/duckdb-files.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { type FarFile, SparseCopy, type Stretch } from './sparse-copy.ts'

/**
 * A Parquet file that is far away, as a file of this machine: its end is fetched when it is opened, which says where everything is; of the
 * rest, the row groups (and of these the columns) that are read.
 */
export class FarParquet {
  private readonly copy: SparseCopy
  private readonly far: FarFile
  private groups: readonly Group[] = []

  private constructor(path: string, far: FarFile) {
    this.far = far
    this.copy = new SparseCopy(path, far)
  }

  /** Open one; `database` looks into its end. `columns`: only these are wanted; null: all. `where`: for messages. */
  static async open(path: string, far: FarFile, { database, columns, where }: FarOptions): Promise<FarParquet> {
    const file = new FarParquet(path, far)
    try {
      await file.readEnd(where)
      await file.readGroups(database, columns, where)
      return file
    } catch (error) {
      file[Symbol.dispose]()
      throw error
    }
  }

  /** Have some rows there. */
  async ready(start: number, count: number): Promise<void> {
    const wanted = this.groups.filter(group => group.start < start + count && group.end > start)
    await this.copy.fetch(wanted.flatMap(({ chunks }) => chunks))
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.copy[Symbol.dispose]()
  }

  private async readEnd(where: string): Promise<void> {
    const { size } = this.far
    let from = Math.max(0, size - TAIL)
    let end = await bytesOf(this.far, from, size)
    const length = end.length < 12 ? 0 : end.readUInt32LE(end.length - 8)
    if (end.subarray(-4).toString('latin1') !== 'PAR1' || length === 0 || length + 12 > size)
      throw new TracewrightError('seed', `Cannot read seed '${where}': found no Parquet file`)
    const footer = size - 8 - length
    if (footer < from) end = Buffer.concat([await bytesOf(this.far, footer, from), end])
    from = Math.min(from, footer)
    this.copy.keep(from, end)
    this.copy.keep(0, Buffer.from('PAR1')) // as every such file begins
  }

  private async readGroups(database: Database, columns: readonly string[] | null, where: string): Promise<void> {
    const chunks = await chunksIn(database, this.copy.path).catch(error => {
      const [line] = messageOf(error).split('\n')
      throw new TracewrightError('seed', `Cannot read seed '${where}': its end cannot be read (${line})`, { cause: error })
    })
    const isWanted = (path: string) => columns === null || columns.some(column => path === column || path.startsWith(`${column}, `))
    const groups: Group[] = []
    for (const [, same] of [...Map.groupBy(chunks, ({ group }) => group)].sort(([a], [b]) => a - b)) {
      const start = groups.at(-1)?.end ?? 0
      const wanted = same.filter(({ path }) => isWanted(path))
      if (wanted.some(({ from, to }) => !(from >= 0 && to >= from && to <= this.far.size)))
        throw new TracewrightError('seed', `Cannot read seed '${where}': its end names bytes it does not have`)
      groups.push({ start, end: start + same[0]!.rows, chunks: wanted })
    }
    this.groups = groups
  }
}

/** Rows of a group, and where its columns stand in the file. */
type Group = { start: number; end: number; chunks: readonly Stretch[] }

/** How a file is opened. */
type FarOptions = { database: Database; columns: readonly string[] | null; where: string }

/** Most footers are no longer than this. */
const TAIL = 64 << 10

type Chunk = Stretch & { group: number; rows: number; path: string }

async function chunksIn({ connection }: Database, path: string): Promise<Chunk[]> {
  const reader = await connection.runAndReadAll(
    `SELECT row_group_id, row_group_num_rows, path_in_schema, data_page_offset, dictionary_page_offset, total_compressed_size FROM parquet_metadata(${fileSql(path)})`,
  )
  return reader.getRows().map(([group, rows, column, data, dictionary, bytes]) => {
    // Some writers say 0 where there is no dictionary.
    const from = Number(dictionary ?? 0) > 0 ? Math.min(Number(dictionary), Number(data)) : Number(data)
    return { group: Number(group), rows: Number(rows), path: String(column), from, to: from + Number(bytes) }
  })
}

async function bytesOf(far: FarFile, from: number, to: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of far.read(from, to)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
