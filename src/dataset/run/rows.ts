import { join } from 'node:path'
import { codecFor } from '../../codec/codec-for.ts'
import { parquet } from '../../codec/parquet.ts'
import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'

/** The rows of a run, or those a processor made beside it, one after the other; nothing but the current ones is held. */
export async function* runRows(folder: RunFolder, manifest: RunManifest, processor: string | null = null): AsyncIterable<Row> {
  const parts = processor === null ? manifest.parts : (ownValue(manifest.artifacts, processor)?.parts ?? [])
  for (const { file } of parts) yield* parquet.read(join(folder.parts(processor), file))
}

/** Write rows to a file, in the format its ending names. Gives their number. */
export async function exportRows(rows: AsyncIterable<Row>, path: string): Promise<number> {
  const writer = codecFor(path).write(path)
  try {
    for await (const row of rows) await writer.write(row)
    return await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
}
