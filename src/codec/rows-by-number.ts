import { messageOf, TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import type { Codec, RowFile } from './codec.ts'
import { codecFor } from './codec-for.ts'
import { openDatabase } from './duckdb.ts'
import { jsonl, openLines } from './jsonl.ts'
import { parquet } from './parquet.ts'
import { type KnownFiles, ParquetRows } from './parquet-by-number.ts'

/** Rows of several files by number, as if they were one file. Throws where a file cannot be opened. */
export async function openRowFiles(paths: readonly string[], known: KnownFiles & { codec?: Codec } = {}): Promise<RowFile> {
  const codecOf = (path: string) => known.codec ?? codecFor(path)
  if (paths.length > 0 && paths.every(path => codecOf(path) === parquet)) return openParquetFiles(paths, known)
  const files: RowFile[] = []
  const starts: number[] = [0]
  const close = () => {
    for (const file of files) file.close()
  }
  try {
    for (const path of paths) {
      const codec = codecOf(path)
      files.push(codec === jsonl ? await openLines(path, known.types ?? null) : await codec.open(path))
      starts.push(starts.at(-1)! + files.at(-1)!.size)
    }
  } catch (error) {
    close()
    throw error
  }
  return {
    columns: [...new Set(files.flatMap(file => file.columns))],
    size: starts.at(-1)!,
    async read(index): Promise<Row> {
      let low = 0
      for (let high = files.length; high - low > 1; ) {
        const middle = (low + high) >> 1
        if (starts[middle]! <= index) low = middle
        else high = middle
      }
      if (index >= starts.at(-1)!) throw new RangeError(`There is no row ${index}`)
      return files[low]!.read(index - starts[low]!)
    },
    close,
  }
}

/** What the engine may hold while rows are read by number: it is given a row group at a time. */
const MEMORY_MB = 512

/** Rows of Parquet files. They share an engine: one for each would take its memory and its threads many times over. */
export async function openParquetFiles(paths: readonly string[], known: KnownFiles): Promise<RowFile> {
  const database = await openDatabase({ memoryMB: MEMORY_MB, threads: 1, givesBack: true })
  try {
    return await ParquetRows.open(paths, database, known)
  } catch (error) {
    database[Symbol.dispose]()
    // Behind its reason the engine shows a query that nobody wrote.
    throw new TracewrightError('file', `Cannot read rows: ${messageOf(error).split('\n\n')[0]}`, {
      where: paths.length === 1 ? paths[0]! : `${paths[0]} and ${paths.length - 1} more`,
      cause: error,
    })
  }
}
