import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, readManifest, type Shard } from '../dataset/store/manifest.ts'
import { storeChanged } from '../dataset/store/read-again.ts'
import { rowsOfShard } from '../dataset/store/shard-rows.ts'
import { makeFolder } from '../disk/made-folders.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { Segment } from './segment.ts'
import { writeSegment } from './segment-writer.ts'
import { TEXT_COLUMNS } from './text-of-row.ts'

/** Bring the segments of a store up to date: one for each shard, which never changes; those of shards that are gone go. Gives the shards that cannot be read, and the state of the store it is of. */
export async function refreshSearch(
  folder: string,
  onBuild?: (done: number, total: number) => void,
): Promise<{ problems: string[]; manifest: Manifest }> {
  const manifest = manifestOf(folder)
  const problems: string[] = []
  try {
    makeFolder(join(folder, SEARCH))
    const named = new Set(manifest.shards.map(segmentName))
    for (const name of readdirSync(join(folder, SEARCH)))
      if (!named.has(name)) rmSync(join(folder, SEARCH, name), { force: true, recursive: true })
    const missing = manifest.shards.filter(shard => !isWhole(join(folder, SEARCH, segmentName(shard))))
    const total = missing.reduce((sum, { rows }) => sum + rows, 0)
    let done = 0
    for (const shard of missing) {
      const problem = await made(folder, manifest, shard, () => onBuild?.(done++, total))
      if (problem !== null) problems.push(problem)
    }
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    throw new TracewrightError('file', `Cannot write what is searched below '${join(folder, SEARCH)}': ${systemReason(error)}`, {
      cause: error,
    })
  }
  return { problems, manifest }
}

/** Folder of segments in a store. It may be deleted at any time. */
const SEARCH = 'search'

/** Bring segments up to date where somebody has searched: an ingest costs others nothing. */
export async function refreshIfSearched(folder: string): Promise<void> {
  if (existsSync(join(folder, SEARCH))) await refreshSearch(folder)
}

/** The segments that were brought up to date, in the order of the store's rows. Throws where some have gone since: others write or search it, too. */
export function openSegments(folder: string, { problems, manifest }: { problems: readonly string[]; manifest: Manifest }): Segment[] {
  const paths = manifest.shards.map(shard => join(folder, SEARCH, segmentName(shard))).filter(path => existsSync(path))
  if (paths.length + problems.length < manifest.shards.length) throw storeChanged(folder)
  return paths.map(path => new Segment(path))
}

function manifestOf(folder: string): Manifest {
  const manifest = readManifest(folder)
  if (manifest !== null) return manifest
  throw new TracewrightError('usage', `Cannot search '${folder}': it is no store`, { hint: 'Make one: tracewright ingest PATH -o DIR' })
}

/** A shard that cannot be read costs itself alone. */
async function made(folder: string, manifest: Manifest, shard: Shard, onRow: () => void): Promise<string | null> {
  try {
    await writeSegment(join(folder, SEARCH, segmentName(shard)), told(rowsOfShard(folder, manifest, shard, TEXT_COLUMNS), onRow))
    return null
  } catch (error) {
    if (!existsSync(join(folder, 'rows', shard.file)) && readManifest(folder)?.shards.every(({ file }) => file !== shard.file))
      throw storeChanged(folder)
    if (error instanceof TracewrightError) return error.sentence
    throw error
  }
}

async function* told(rows: AsyncIterable<Row>, onRow: () => void): AsyncIterable<Row> {
  for await (const row of rows) {
    onRow()
    yield row
  }
}

function isWhole(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    new Segment(path)[Symbol.dispose]()
    return true
  } catch {
    return false
  }
}

/** The bytes of the shard are in the name: another one of the same name is another. */
function segmentName({ file, bytes }: Shard): string {
  return `${file.replace(/\.\w+$/, '')}-${bytes}.pages`
}
