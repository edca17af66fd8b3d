import { messageOf, TracewrightError } from '../errors.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import type { RowFile } from './codec.ts'
import type { Database } from './duckdb.ts'
import { fileName, fileSql, readerSql } from './duckdb-files.ts'
import { OwnFiles, type RowsAhead } from './own-parquet.ts'
import { differentSchemas } from './parquet-schema.ts'
import { QueryRows } from './query-rows.ts'
import { type LaidOut, RowBlocks } from './set-aside.ts'
import { storedTypes } from './stored-types.ts'

/**
 * What is known about files: types that all have, and numbers of rows; and which columns are wanted, as SQL. `ready` has rows of a file
 * there before they are read, where the file is not whole: then no more than a row group is read ahead.
 */
export type KnownFiles = {
  types?: StoreTypes | null
  counts?: readonly number[] | null
  select?: string
  ready?: (path: string, start: number, count: number) => Promise<void>
}

/** A row group that is asked for this often in no order is laid out; reading a row alone costs about a sixth of that. */
const READS_ALONE = 4

/** Rows ahead that a reader in order passes over rather than begin anew. */
const PASSED_OVER = 2048

/** So many reads, each a little ahead of the one before, are no accident: somebody reads in order and leaves rows out. */
const IN_ORDER = 4

/** A file of rows, how many it has where that is known, and its types. */
type Source = { path: string; start: number; count: number; types: Promise<StoreTypes> | null; groups: Promise<number[]> | null }

/** Rows of a row group, how often one was read alone, and where they are laid out. */
type Group = { start: number; count: number; reads: number; laidOut: Promise<LaidOut> | null }

/** What reading by number has cost so far. */
type ParquetReads = { readonly alone: number; readonly laidOutGroups: number; readonly passes: number; readonly temporaryBytes: number }

/**
 * Rows of Parquet files by number. In ascending order they come from a pass over the file, and nothing is written. In any other order
 * the first rows of a row group are read alone; one that is asked for more often, or is known to be, is laid out in a temporary file,
 * compressed and only once. So a few rows of a large set cost a few reads, all of them one pass and about as much disk as the set takes.
 */
export class ParquetRows implements RowFile {
  readonly columns: readonly string[]
  readonly size: number
  private readonly database: Database
  private readonly sources: Source[]
  private readonly types: StoreTypes | null
  private readonly wanted: string
  private readonly byNumber: boolean
  private readonly ready: KnownFiles['ready']
  private readonly blocks = new RowBlocks()
  private readonly own = new OwnFiles()
  private readonly groups = new Map<string, Group>()
  private readonly reads = { alone: 0, laidOutGroups: 0, passes: 0 }
  private pass: { rows: RowsAhead; source: Source; next: number; end: number } | null = null
  private previous = -1
  private ahead = 0
  private share = 0
  private turn: Promise<unknown> = Promise.resolve()
  private waiting = 0

  private constructor(database: Database, sources: Source[], columns: readonly string[], known: KnownFiles) {
    const { types = null, select = '*', ready } = known
    this.ready = ready
    this.database = database
    this.sources = sources
    this.columns = columns
    this.types = types
    this.wanted = select
    this.size = sources.reduce((sum, { count }) => sum + count, 0)
    // A column of this name hides the numbers that the engine gives to rows.
    this.byNumber = !columns.includes('file_row_number')
  }

  /** Open files as one. `known`: their types and numbers of rows, where a dataset says them. The database is closed with the rows. */
  static async open(paths: readonly string[], database: Database, known: KnownFiles & { ofFile?: StoreTypes } = {}): Promise<ParquetRows> {
    const types = known.types ?? null
    const counts = known.counts ?? (await countsOf(database, paths))
    let start = 0
    const sources = paths.map((path, i) => {
      const source: Source = {
        path,
        start,
        count: counts[i]!,
        types: known.ofFile === undefined ? null : Promise.resolve(known.ofFile),
        groups: null,
      }
      start += source.count
      return source
    })
    const columns = types === null ? await columnsOf(database, paths) : Object.keys(types)
    return new ParquetRows(database, sources, columns, known)
  }

  /** What was read so far, and how. */
  get spent(): ParquetReads {
    return { ...this.reads, temporaryBytes: this.blocks.bytes }
  }

  expect(share: number): void {
    this.share = share
  }

  read(index: number): Promise<Row> {
    // One at a time: the pass and what is laid out belong to all reads.
    this.waiting++
    const row = this.turn.then(() => this.readNow(index)).finally(() => this.waiting--)
    this.turn = row.catch(() => {})
    return row
  }

  close(): void {
    const close = () => {
      this.endPass()
      this.blocks[Symbol.dispose]()
      this.own[Symbol.dispose]()
      this.database[Symbol.dispose]()
    }
    if (this.waiting === 0) close()
    else void this.turn.then(close)
  }

  private async readNow(index: number): Promise<Row> {
    const source = this.sourceOf(index)
    const at = index - source.start
    const inOrder = this.isInOrder(index)
    try {
      const types = this.types ?? (await (source.types ??= storedTypes(this.database.connection, source.path)))
      const group = await this.groupOf(source, at)
      if (group.laidOut !== null) return parsed(this.blocks.read(await group.laidOut, at - group.start))
      if (inOrder) return await this.passed(source, at, types, group)
      this.endPass()
      if (++group.reads > READS_ALONE || group.count * this.share > READS_ALONE * 2) {
        this.reads.laidOutGroups++
        group.laidOut = this.blocks.layOut(this.linesOf(source, group, types))
        return parsed(this.blocks.read(await group.laidOut, at - group.start))
      }
      this.reads.alone++
      using rows = await this.select(source, at, 1, types)
      return found(await rows.next(), source, at)
    } catch (error) {
      if (error instanceof TracewrightError) throw error
      throw new TracewrightError('file', `Cannot read row ${index}: ${messageOf(error)}`, { where: source.path, cause: error })
    }
  }

  /** Whether a row comes soon behind the one before, and not by accident. */
  private isInOrder(index: number): boolean {
    const distance = index - this.previous
    this.previous = index
    this.ahead = distance > 0 && distance <= PASSED_OVER ? this.ahead + 1 : 0
    return distance === 1 || this.ahead >= IN_ORDER
  }

  private endPass(): void {
    this.pass?.rows[Symbol.dispose]()
    this.pass = null
  }

  /** The row from a pass that stands before it, or a new one. */
  private async passed(source: Source, at: number, types: StoreTypes, group: Group): Promise<Row> {
    if (this.pass?.source !== source || this.pass.next > at || this.pass.end <= at || at - this.pass.next > PASSED_OVER) {
      this.endPass()
      this.reads.passes++
      const end = this.ready === undefined ? source.count : group.start + group.count
      this.pass = { rows: await this.select(source, at, end - at, types), source, next: at, end }
    }
    await this.pass.rows.skip(at - this.pass.next)
    this.pass.next = at + 1
    return found(await this.pass.rows.next(), source, at)
  }

  private async *linesOf(source: Source, { start, count }: Group, types: StoreTypes): AsyncIterable<string> {
    using rows = await this.select(source, start, count, types)
    for (let i = 0; i < count; i++) yield writeJson(found(await rows.next(), source, start + i))
  }

  private async select({ path }: Source, start: number, count: number, types: StoreTypes): Promise<RowsAhead> {
    await this.ready?.(path, start, count)
    const own = this.wanted === '*' ? this.own.rows(path, start, count, types) : null
    if (own !== null) return own
    const from = `SELECT ${this.wanted} FROM ${readerSql('read_parquet', [path])}`
    const part = this.byNumber ? `WHERE file_row_number BETWEEN ${start} AND ${start + count - 1}` : `LIMIT ${count} OFFSET ${start}`
    return QueryRows.open(await this.database.connect(), `${from} ${part}`, types)
  }

  private sourceOf(index: number): Source {
    let low = 0
    for (let high = this.sources.length; high - low > 1; ) {
      const middle = (low + high) >> 1
      if (this.sources[middle]!.start <= index) low = middle
      else high = middle
    }
    const source = this.sources[low]
    if (source === undefined || index < 0 || index >= this.size) throw new RangeError(`There is no row ${index}`)
    return source
  }

  private async groupOf(source: Source, at: number): Promise<Group> {
    const starts = await (source.groups ??= this.groupStarts(source.path))
    let low = 0
    for (let high = starts.length - 1; high - low > 1; ) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle
    }
    const key = `${source.start} ${low}`
    let group = this.groups.get(key)
    if (group === undefined) {
      group = { start: starts[low]!, count: starts[low + 1]! - starts[low]!, reads: 0, laidOut: null }
      this.groups.set(key, group)
    }
    return group
  }

  private async groupStarts(path: string): Promise<number[]> {
    const reader = await this.database.connection.runAndReadAll(
      `SELECT any_value(row_group_num_rows) FROM parquet_metadata(${fileSql(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
    )
    const starts = [0]
    for (const [count] of reader.getRows()) starts.push(starts.at(-1)! + Number(count))
    return starts
  }
}

/** Rows of one file, of types that are known. */
export function openParquetRows(path: string, database: Database, types: StoreTypes): Promise<RowFile> {
  return ParquetRows.open([path], database, { ofFile: types })
}

/** How many rows each file has. */
export async function countsOf({ connection }: Database, paths: readonly string[]): Promise<number[]> {
  const list = `[${paths.map(fileSql).join(', ')}]`
  const reader = await connection.runAndReadAll(`SELECT file_name, num_rows FROM parquet_file_metadata(${list})`)
  const counts = new Map(reader.getRows().map(([path, count]) => [String(path), Number(count)]))
  return paths.map(path => counts.get(fileName(path)) ?? 0)
}

async function columnsOf({ connection }: Database, paths: readonly string[]): Promise<string[]> {
  const columns = new Set<string>()
  for (const path of differentSchemas(paths)) {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${readerSql('read_parquet', [path])}`)
    for (const [name] of reader.getRows()) columns.add(String(name))
  }
  return [...columns]
}

function parsed(line: string): Row {
  const row = readJsonOr(line)
  if (isObject(row)) return row
  throw new TypeError('A line that was set aside is a row')
}

function found(row: Row | null, source: Source, at: number): Row {
  if (row !== null) return row
  throw new TracewrightError('file', `Cannot read row ${at}: found fewer rows than there were when it was opened`, {
    where: source.path,
    hint: 'Look whether something writes to it',
  })
}
