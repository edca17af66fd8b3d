import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ASKED_KEY } from '../../dataset/run/folder.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { mergeTables } from '../../dataset/run/merge-tables.ts'
import { openHome } from '../../dataset/run/open-home.ts'
import { isPictureKey } from '../../dataset/run/pictures.ts'
import { attemptsKey } from '../../dataset/run/shard-marker.ts'
import { writeAll } from '../../disk/write-all.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { type Json, parseJson } from '../../json/json.ts'
import { verdict } from '../creation/run-verdict.ts'
import { rejectLines, type TakenShard, takeShards } from './cut-shards.ts'
import { readMarkers, type ShardMarker } from './marker.ts'
import { billOfAll } from './merge-bills.ts'
import { neededShards } from './needed-shards.ts'
import { budgetOf } from './shard-budget.ts'
import { planOf, type ShardPlan } from './shard-plan.ts'

/** What came of putting shards together. */
export type MergeResult = {
  /** Shards that are not done yet; while there are any, nothing is put together. */
  missing: number[]
  /** Of the whole run; null while shards are missing. */
  manifest: RunManifest | null
  /** Whether it was put together before, of the same attempts. */
  wasMerged: boolean
}

/**
 * Put the shards of a home together as the run that one process would have made: rows in order, rejects, types, one bill. Reads what the
 * shards' markers say; may be run any number of times. `clean`: take away the attempts afterwards, and with them the replies.
 */
export async function mergeShards(
  place: string,
  options: {
    /** Delete the parts of the shards once they are merged. Default false. */
    clean?: boolean
  } = {},
): Promise<MergeResult> {
  refuseUnknownOptions(options, ['clean'], 'mergeShards')
  const { clean = false } = options
  const home = openHome(place)
  const { plan, hash } = await planOf(home)
  const markers = await readMarkers(home)
  const stranger = markers.find(marker => marker.plan !== hash)
  if (stranger !== undefined)
    throw new TracewrightError(
      'file',
      `Cannot merge '${place}': shard ${stranger.shard} was made by another plan than the one that is there`,
    )
  const needed = neededShards(plan, markers)
  const done = new Set(markers.map(({ shard }) => shard))
  const missing = Array.from({ length: needed }, (_, shard) => shard).filter(shard => !done.has(shard))
  if (missing.length > 0) return { missing, manifest: null, wasMerged: false }
  const print = createHash('sha256')
    .update(writeJson(markers.map(({ shard, attempt }) => [shard, attempt])))
    .digest('hex')
  const before = await home.get('manifest.json')
  const wasMerged = before !== null && String(await home.get(MERGED_KEY)) === print
  const manifest = wasMerged ? (parseJson(String(before)) as unknown as RunManifest) : await merge(home, plan, markers)
  if (!wasMerged) await home.put(MERGED_KEY, Buffer.from(print))
  if (clean) await removeAttempts(home, Array(plan.shards).keys())
  return { missing, manifest, wasMerged }
}

/** Says of which shards a merged run was made. */
const MERGED_KEY = 'shards/merged'

async function merge(home: RunHome, plan: ShardPlan, markers: readonly ShardMarker[]): Promise<RunManifest> {
  const taken = await takeShards(home, markers, plan.run.target.accept === null ? null : plan.run.target.num_records)
  const tablesOf = (processor: string | null) =>
    taken.flatMap(({ marker, rows }) => {
      const table = processor === null ? marker : marker.artifacts[processor]
      const below = processor === null ? 'parts' : `artifacts/${encodeURIComponent(processor)}`
      return table === undefined ? [] : [{ table, prefix: `${attemptsKey(marker.shard)}${marker.attempt}/${below}/`, rows }]
    })
  const { parts, types } = await mergeTables(home, tablesOf(null), 'parts/')
  const artifacts: RunManifest['artifacts'] = Object.create(null)
  for (const name of new Set(taken.flatMap(({ marker }) => Object.keys(marker.artifacts))))
    artifacts[name] = await mergeTables(home, tablesOf(name), `artifacts/${encodeURIComponent(name)}/`)
  const sum = (key: 'rows' | 'declined' | 'drawn' | 'drawn_rows' | 'rejects') => taken.reduce((n, shard) => n + shard[key], 0)
  const counts = {
    rows: sum('rows'),
    declined: sum('declined'),
    drawn: sum('drawn'),
    drawn_rows: sum('drawn_rows'),
    rejects: sum('rejects'),
  }
  const rejects_bytes = await putRejects(home, taken)
  await putAsked(home, taken)
  await putPictures(home, taken)
  const bill = await billOfAll(
    home,
    plan,
    markers,
    Array.from({ length: plan.shards }, (_, shard) => shard),
  )
  await home.put('config.json', Buffer.from(`${writeJson(plan.config, 2)}\n`))
  await home.put('plan.json', Buffer.from(`${writeJson(plan.columns, 2)}\n`))
  await home.put('usage.json', Buffer.from(`${writeJson(bill as unknown as Json, 2)}\n`))
  const repeats = plan.things !== null && plan.positions > plan.things
  const { terms } = plan.run
  const whole: RunManifest = {
    ...plan.run,
    ...(terms === undefined ? {} : { terms: { ...terms, max_cost_usd: await budgetOf(home, plan) } }),
    ...(repeats ? { seed_rows: plan.things } : {}),
    ...counts,
    rejects_bytes,
    parts,
    types,
    artifacts,
    updated_at: new Date().toISOString(),
  }
  const [status, reason] = verdict(whole, { stopped: null, hasSeed: plan.things !== null, isRetry: false, isSeedUsedUp: false })
  Object.assign(whole, { status, reason })
  await home.put('manifest.json', Buffer.from(`${writeJson(whole as unknown as Json, 2)}\n`))
  return whole
}

/** All rejects in one file; nothing but those of one shard is held. Gives its size. */
async function putRejects(home: RunHome, taken: readonly TakenShard[]): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'tracewright-rejects-'))
  const path = join(scratch, 'rejects.jsonl')
  const file = openSync(path, 'w')
  try {
    for (const { marker, rejects } of taken)
      if (rejects > 0) writeAll(file, Buffer.from((await rejectLines(home, marker, rejects)).map(line => `${line}\n`).join('')))
    await home.putFile('rejects.jsonl', path)
    return statSync(path).size
  } finally {
    closeSync(file)
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What was asked for the cells that failed, of all shards. */
async function putAsked(home: RunHome, taken: readonly TakenShard[]): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'tracewright-asked-'))
  const path = join(scratch, 'asked.jsonl')
  const file = openSync(path, 'w')
  try {
    for (const { marker } of taken) {
      const entries = marker.rejects === 0 ? null : await home.get(`${attemptsKey(marker.shard)}${marker.attempt}/${ASKED_KEY}`)
      if (entries !== null) writeAll(file, entries)
    }
    if (statSync(path).size > 0) await home.putFile(ASKED_KEY, path)
  } finally {
    closeSync(file)
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The pictures of all shards; the same one of several is there once. */
async function putPictures(home: RunHome, taken: readonly TakenShard[]): Promise<void> {
  for (const { marker } of taken) {
    const prefix = `${attemptsKey(marker.shard)}${marker.attempt}/`
    for (const { key } of await home.list(`${prefix}images/`)) {
      const path = key.slice(prefix.length)
      if (isPictureKey(path)) await home.copy(key, path)
    }
  }
}

async function removeAttempts(home: RunHome, shards: Iterable<number>): Promise<void> {
  for (const shard of shards) await home.removeBelow(attemptsKey(shard))
}
