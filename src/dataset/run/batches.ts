import { join } from 'node:path'
import { parquet } from '../../codec/parquet.ts'
import { storedTypesOf } from '../../codec/stored-types.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'
import { runRows } from './rows.ts'

/** Which rows of a run are written as batches, and where to. */
export type BatchOptions = {
  processor: string | null // whose rows; null: those of the dataset
  into: string // folder for the files
  size: number // rows of a file
  onRow?: (row: Row) => void
}

/** Write rows of a run to `batch_00000.parquet` and on, so many in each, and give the names of the files. */
export async function writeBatches(folder: RunFolder, manifest: RunManifest, options: BatchOptions): Promise<string[]> {
  const { processor, into, size, onRow = () => {} } = options
  makeFolder(into)
  const parts = processor === null ? manifest.parts : (ownValue(manifest.artifacts, processor)?.parts ?? [])
  const [first] = parts
  const types = first === undefined ? {} : { types: await storedTypesOf(join(folder.parts(processor), first.file)) }
  const names: string[] = []
  let writer: ReturnType<typeof parquet.write> | null = null
  let inBatch = 0
  try {
    for await (const row of runRows(folder, manifest, processor)) {
      if (writer === null) {
        names.push(`batch_${String(names.length).padStart(5, '0')}.parquet`)
        writer = parquet.write(join(into, names.at(-1)!), types)
      }
      await writer.write(row)
      onRow(row)
      if (++inBatch < size) continue
      await writer.close()
      writer = null
      inBatch = 0
    }
    await writer?.close()
  } catch (error) {
    await writer?.abort()
    throw error
  }
  return names
}
