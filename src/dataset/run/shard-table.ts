import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { openToRead } from '../../disk/regular-file.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { RunFolder } from './folder.ts'
import type { RunPart } from './manifest.ts'

/** A table of rows of a shard: its parts, what its rows have shown of types, and the types the parts were written with. */
export type ShardTable = { parts: (RunPart & { sha256: string })[]; types: StoreTypes; written_as: StoreTypes }

/** What is to be known of a table of a finished run, to put it together with others. */
export async function tableOf(
  folder: RunFolder,
  processor: string | null,
  { parts, types }: { parts: readonly RunPart[]; types: StoreTypes },
): Promise<ShardTable> {
  const hashed: ShardTable['parts'] = []
  for (const part of parts) hashed.push({ ...part, sha256: await sha256(join(folder.parts(processor), part.file)) })
  return { parts: hashed, types, written_as: parts.length === 0 ? {} : typesOf(join(folder.parts(processor), parts[0]!.file)) }
}

/** Types that all parts of a run that has ended are written with. */
function typesOf(path: string): StoreTypes {
  const reader = new ParquetFileReader(path)
  reader[Symbol.dispose]()
  return reader.types
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream('', { fd: openToRead(path) })) hash.update(bytes)
  return hash.digest('hex')
}
