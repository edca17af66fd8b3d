import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBytes } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import type { RunHome } from '../run/home.ts'
import { openHome } from '../run/open-home.ts'
import { attemptsKey, markedShards, readMarkersOf } from '../run/shard-marker.ts'
import { storeParsed } from '../store/ingest.ts'
import type { StoreIngestOptions, StoreIngestResult } from '../store/ingest-options.ts'
import { MANIFEST } from '../store/manifest.ts'
import { type IngestPlan, ingestPlanOf } from './ingest-plan.ts'
import type { ParsedMarker } from './parse-shard.ts'
import { parsedShards } from './parsed-shards.ts'

/** What came of putting shards of logs together. */
export type IngestMergeResult = {
  /** Shards that are not done yet; while there are any, nothing is put together. */
  missing: number[]
  /** Of the store; null while shards are missing, and where it was put together before. */
  result: StoreIngestResult | null
  /** Whether it was put together before, of the same attempts. */
  wasMerged: boolean
}

/**
 * Put shards of logs together as the store that one ingest would have made: who may have which id is settled over all of them, in the order of
 * the logs. No log is read, and the store is there whole or not at all. May be run any number of times. `clean`: take away what the shards
 * have written.
 */
export async function mergeIngest(
  place: string,
  given: {
    /** Delete the parts of the shards once they are merged. Default false. */
    clean?: boolean
  } & Pick<StoreIngestOptions, 'onUnit' | 'shardBytes'> = {},
): Promise<IngestMergeResult> {
  refuseUnknownOptions(given, ['clean', 'onUnit', 'shardBytes'], 'mergeIngest')
  const { clean = false, ...options } = given
  const home = openHome(place)
  const { plan, hash } = await ingestPlanOf(home)
  const done = await markedShards(home)
  const missing = Array.from({ length: plan.shards }, (_, shard) => shard).filter(shard => !done.includes(shard))
  if (missing.length > 0) return { missing, result: null, wasMerged: false }
  const markers = await readMarkersOf<ParsedMarker>(home, done)
  const stranger = markers.find(marker => marker.plan !== hash)
  if (stranger !== undefined)
    throw new TracewrightError(
      'file',
      `Cannot merge '${place}': shard ${stranger.shard} was made by another plan than the one that is there`,
    )
  const print = createHash('sha256')
    .update(JSON.stringify(markers.map(({ shard, attempt }) => [shard, attempt])))
    .digest('hex')
  const wasMerged = (await home.get(MANIFEST)) !== null && String(await home.get(MERGED_KEY)) === print
  const result = wasMerged ? null : await merge(home, plan, markers, options)
  if (!wasMerged) await home.put(MERGED_KEY, Buffer.from(print))
  if (clean) {
    for (let shard = 0; shard < plan.shards; shard++) await home.removeBelow(attemptsKey(shard))
    for (const name of await home.names('shards/')) if (name.startsWith(MERGING)) await home.removeBelow(`shards/${name}`)
  }
  return { missing, result, wasMerged }
}

/** Says of which attempts a store was put together. */
const MERGED_KEY = 'shards/merged'

/** What names of folders begin with in which stores grow. */
const MERGING = 'merging-'

async function merge(
  home: RunHome,
  plan: IngestPlan,
  markers: readonly ParsedMarker[],
  options: Pick<StoreIngestOptions, 'onUnit' | 'shardBytes'>,
): Promise<StoreIngestResult> {
  const scratch = mkdtempSync(home.folder === null ? join(tmpdir(), `tracewright-${MERGING}`) : join(home.folder, 'shards', MERGING))
  const store = join(scratch, 'store')
  const brought = join(scratch, 'brought')
  mkdirSync(brought)
  try {
    const { branches, context, compat } = plan.options
    const parsed = await parsedShards(home, plan, markers, brought)
    const given = { ...options, format: 'auto' as const, folder: store, codec: plan.codec, branches, context, compat }
    const result = await storeParsed(given, parsed)
    await publish(home, store)
    return result
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Files first, then what names them: until then nobody sees a store. */
async function publish(home: RunHome, store: string): Promise<void> {
  for (const kind of ['rows', 'facts', 'index'])
    for (const name of existsSync(join(store, kind)) ? readdirSync(join(store, kind)) : []) {
      const path = join(store, kind, name)
      if (home.folder === null) await home.putFile(`${kind}/${name}`, path)
      else await home.copy(path.slice(home.folder.length + 1).replaceAll('\\', '/'), `${kind}/${name}`)
    }
  await home.put(MANIFEST, readBytes(join(store, MANIFEST)))
}
