import { join } from 'node:path'
import type { WriteOptions } from '../../codec/codec.ts'
import { codecFor, codecNamed } from '../../codec/codec-for.ts'
import { parquet } from '../../codec/parquet.ts'
import { storedTypesOf } from '../../codec/stored-types.ts'
import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'

/** The rows of a run, or those a processor made beside it, one after the other; nothing but the current ones is held. */
export async function* runRows(folder: RunFolder, manifest: RunManifest, processor: string | null = null): AsyncIterable<Row> {
  const parts = processor === null ? manifest.parts : (ownValue(manifest.artifacts, processor)?.parts ?? [])
  for (const { file } of parts) yield* parquet.read(join(folder.parts(processor), file))
}

/** Types of the columns of a run, as its parts have them; none before there is a part. */
export async function runTypes(folder: RunFolder, { parts }: RunManifest): Promise<Pick<WriteOptions, 'types'>> {
  return parts.length === 0 ? {} : { types: await storedTypesOf(join(folder.parts(), parts[0]!.file)) }
}

/** Write rows to a file, in a format of this name, else in that which its ending names. `options.types`: of their columns, where they are known. Gives their number. */
export async function exportRows(
  rows: AsyncIterable<Row>,
  path: string,
  options: WriteOptions & { format?: string | undefined } = {},
): Promise<number> {
  const { format, ...writing } = options
  const writer = (format === undefined ? codecFor(path) : codecNamed(format)).write(path, writing)
  try {
    for await (const row of rows) await writer.write(row)
    return await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
}
