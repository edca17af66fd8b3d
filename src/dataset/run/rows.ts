import { join } from 'node:path'
import { codecFor } from '../../codec/codec-for.ts'
import { parquet } from '../../codec/parquet.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'

/** The rows of a run, or those a processor made beside it, one after the other; nothing but the current ones is held. */
export async function* runRows(folder: RunFolder, manifest: RunManifest, processor: string | null = null): AsyncIterable<Row> {
  const parts = processor === null ? manifest.parts : (manifest.artifacts[processor]?.parts ?? [])
  for (const { file } of parts) yield* parquet.read(join(folder.parts(processor), file))
}

/** Write rows to a file, in the format its ending names. `types`: of their columns, where they are known. Gives their number. */
export async function exportRows(rows: AsyncIterable<Row>, path: string, types?: StoreTypes): Promise<number> {
  const writer = codecFor(path).write(path, types === undefined ? {} : { types })
  try {
    for await (const row of rows) await writer.write(row)
    return await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
}
