import { createHash } from 'node:crypto'
import { copyFileSync, linkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TracewrightError } from '../../errors.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import type { RunHome } from '../run/home.ts'
import { attemptsKey } from '../run/shard-marker.ts'
import type { StagedBatch } from '../stage/pool.ts'
import { entryId } from '../store/entries.ts'
import type { ParsedElsewhere } from '../store/ingest.ts'
import type { Planned } from '../store/plan.ts'
import { type IngestPlan, unitsOfShard } from './ingest-plan.ts'
import { BATCHES, type ParsedBatch, type ParsedMarker, sha256Of } from './parse-shard.ts'

/**
 * What all shards have parsed, as one ingest would have parsed it: units in the order in which they claim ids, and their rows in batches. Rows
 * are brought to `scratch` a batch at a time.
 */
export async function parsedShards(
  home: RunHome,
  plan: IngestPlan,
  markers: readonly ParsedMarker[],
  scratch: string,
): Promise<ParsedElsewhere> {
  const planned: Planned[] = []
  for (let shard = 0; shard < plan.shards; shard++)
    for (const { format, root: index, unit } of await unitsOfShard(home, plan, shard)) {
      const root = plan.roots[index]!
      const ref = { format: formatNamed(format), source: { root }, unit }
      planned.push({ id: entryId({ ...unit, format, root }), root, key: unit.key, ref, known: null, files: [], isGone: false })
    }
  return { planned, skipped: plan.skipped, roots: plan.roots, batches: batchesOf(home, markers, planned, scratch) }
}

async function* batchesOf(
  home: RunHome,
  markers: readonly ParsedMarker[],
  planned: readonly Planned[],
  scratch: string,
): AsyncIterable<StagedBatch> {
  let next = 0
  for (const marker of markers) {
    const prefix = `${attemptsKey(marker.shard)}${marker.attempt}/`
    const bytes = await home.get(`${prefix}${BATCHES}`)
    if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== marker.batches.sha256)
      throw damaged(home, `${prefix}${BATCHES}`)
    for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
      const batch = JSON.parse(line) as ParsedBatch
      const places = new Map<string, string>()
      for (const { file, sha256 } of batch.files) {
        const path = join(scratch, `${marker.shard}-${file}`)
        places.set(file, path)
        await bring(home, `${prefix}${file}`, path)
        if ((await sha256Of(path)) !== sha256) throw damaged(home, `${prefix}${file}`)
      }
      const units = batch.units.map(({ files, seen, ...staged }) => {
        const unit = planned[next++]!
        Object.assign(unit, { files, seen })
        return { ref: unit.ref!, staged }
      })
      yield { units, parts: batch.parts.map(part => ({ ...part, file: places.get(part.file)! })), files: [...places.values()] }
    }
  }
}

/** Bring a file here under a name of its own: who reads it takes that away. */
async function bring(home: RunHome, key: string, path: string): Promise<void> {
  if (home.folder === null) {
    const bytes = await home.get(key)
    if (bytes === null) throw damaged(home, key)
    writeFileSync(path, bytes)
    return
  }
  const from = join(home.folder, key)
  try {
    linkSync(from, path)
  } catch {
    try {
      copyFileSync(from, path)
    } catch (cause) {
      throw damaged(home, key, cause)
    }
  }
}

function damaged(home: RunHome, key: string, cause?: unknown): TracewrightError {
  return new TracewrightError('file', `Cannot put shards together: a file is gone, or is not what its shard has written`, {
    where: `${home.place}/${key}`,
    hint: 'Take the marker of the shard away (shards/NNNNN.json), and make the shard again',
    ...(cause === undefined ? {} : { cause }),
  })
}
