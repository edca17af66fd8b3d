import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { MAX_GROUP_ROWS, ParquetFileWriter } from '../../codec/parquet/file-writer.ts'
import { RowPages } from '../../codec/parquet/row-pages.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import { FACTS_SOURCES, FACTS_TYPES, type StoredFacts, storedFactsOf } from '../facts.ts'
import { syncPath } from './files.ts'
import type { Manifest, Shard } from './manifest.ts'
import { rowsOfShard } from './shard-rows.ts'

/** Folder of facts in a store. */
export const FACTS = 'facts'

/** What facts say and how it is told. Raised with every change: the next ingest makes them anew. */
const VERSION = 3

/**
 * Facts of the rows of a shard, in its order; where some are named, no others need be there. A shard that has none, as those of older
 * stores, is read for them.
 */
export async function* factsOfShard<Name extends keyof StoredFacts = keyof StoredFacts>(
  folder: string,
  manifest: Manifest,
  shard: Shard,
  names?: readonly Name[],
): AsyncIterable<Pick<StoredFacts, Name>> {
  if (!hasFacts(shard)) {
    for await (const row of rowsOfShard(folder, manifest, shard, FACTS_SOURCES)) yield storedFactsOf(row)
    return
  }
  using reader = new ParquetFileReader(join(folder, FACTS, shard.facts!))
  for (const group of reader.groups) for (const row of reader.rows(group, names)) yield row as unknown as StoredFacts
}

/** Shards with the facts of their rows beside them. One whose rows cannot be read stays without: an ingest must not fail for what is old. */
export async function withFacts(folder: string, manifest: Manifest, shards: readonly Shard[]): Promise<Shard[]> {
  const described: Shard[] = []
  for (const shard of shards)
    described.push(hasFacts(shard) ? shard : await describedShard(folder, shard, factsOfShard(folder, manifest, shard)))
  return described
}

/** A shard with facts of its rows, in their order, beside it. It stays without them where they cannot be read. */
export async function describedShard(
  folder: string,
  shard: Shard,
  facts: AsyncIterable<StoredFacts> | Iterable<StoredFacts>,
): Promise<Shard> {
  const name = factsName(shard)
  const path = join(folder, FACTS, name)
  makeFolder(join(folder, FACTS))
  const writer = new ParquetFileWriter(`${path}.tmp`, FACTS_TYPES)
  try {
    const pages = new RowPages(FACTS_TYPES)
    const changes = { replacedSurrogates: 0, mistyped: 0 } // texts are cut, and halves of characters are seen in the rows
    for await (const one of facts) {
      await pages.add(one as unknown as Row, changes)
      if (pages.rows >= MAX_GROUP_ROWS) await writer.writePages(pages)
    }
    await writer.writePages(pages)
    writer.close()
  } catch (error) {
    writer.abort()
    rmSync(`${path}.tmp`, { force: true })
    if (error instanceof TracewrightError) return shard
    throw error
  }
  renameSync(`${path}.tmp`, path)
  syncPath(join(folder, FACTS))
  return { ...shard, facts: name }
}

/** Whether the facts of a shard lie beside it, as this version tells them. */
export function hasFacts(shard: Shard): boolean {
  return shard.facts === factsName(shard)
}

function factsName({ file }: Shard): string {
  return `${file.replace(/\.\w+$/, '')}.facts-${VERSION}.parquet`
}
