import type { RunHome } from '../../dataset/run/home.ts'
import type { ShardTable } from '../../dataset/run/shard-table.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, parseJson } from '../../json/json.ts'
import type { BillSummary } from '../bill.ts'

/** What says that a shard is done. It is made once: the attempt it names is the one that counts. */
export type ShardMarker = ShardTable & {
  layout: 1
  shard: number
  /** Name of the attempt; its files stand below it. */
  attempt: string
  /** Hash of the plan it was made by. */
  plan: string
  rows: number
  declined: number
  drawn: number
  drawn_rows: number
  rejects: number
  artifacts: { [processor: string]: ShardTable }
  /** Of this attempt; others of the shard have their replies. */
  bill: BillSummary
  finished_at: string
}

/** Name of a shard, as in its keys. */
export function shardName(shard: number): string {
  return String(shard).padStart(5, '0')
}

/** Key below which the attempts at a shard stand. */
export function attemptsKey(shard: number): string {
  return `shards/${shardName(shard)}/`
}

/** Declare a shard done. Gives the marker that counts: this one, or that of whoever was first. */
export async function commitShard(home: RunHome, marker: ShardMarker): Promise<ShardMarker> {
  if (await home.putIfAbsent(markerKey(marker.shard), Buffer.from(`${writeJson(marker)}\n`))) return marker
  return (await readMarker(home, marker.shard)) ?? marker
}

/** The marker of a shard; null where it is not done. */
export async function readMarker(home: RunHome, shard: number): Promise<ShardMarker | null> {
  const bytes = await home.get(markerKey(shard))
  const marker = bytes === null ? null : parseJson(bytes.toString('utf8'))
  return isObject(marker) ? (marker as unknown as ShardMarker) : null
}

/** All markers of a home, in the order of their shards. */
export async function readMarkers(home: RunHome): Promise<ShardMarker[]> {
  const shards = (await home.list('shards/')).flatMap(({ key }) => /^shards\/(\d{5,})\.json$/.exec(key)?.[1] ?? []).map(Number)
  const markers: ShardMarker[] = []
  const sorted = shards.sort((a, b) => a - b)
  for (let at = 0; at < sorted.length; at += AT_ONCE) {
    const some = await Promise.all(sorted.slice(at, at + AT_ONCE).map(shard => readMarker(home, shard)))
    markers.push(...some.filter(marker => marker !== null))
  }
  return markers
}

const AT_ONCE = 64

function markerKey(shard: number): string {
  return `shards/${shardName(shard)}.json`
}
