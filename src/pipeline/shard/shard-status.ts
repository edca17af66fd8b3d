import { openHome } from '../../dataset/run/open-home.ts'
import { shardName } from '../../dataset/run/shard-marker.ts'
import { refuseMore } from '../../fields.ts'
import { readMarkers } from './marker.ts'
import { planOf, type ShardPlan } from './shard-plan.ts'

/** How a shard stands. */
export type ShardStatus = {
  /** Its number, as in its keys. */
  shard: string
  /** Whether it is done, or was begun. */
  state: 'done' | 'begun' | '–'
  /** Attempts whose files are there. */
  attempts: number
  /** Rows of the attempt that counts. */
  rows: number | null
  /** What that could not make. */
  rejects: number | null
  /** What that has cost; null: not known. */
  cost_usd: number | null
  /** When it was done, ISO 8601. */
  finished_at: string | null
}

/** A plan, and how its shards stand. */
export type ShardsStatus = {
  /** The plan. */
  plan: ShardPlan
  /** Its shards, in their order. */
  shards: ShardStatus[]
}

/** How the shards of a home stand, one after the other. */
export async function shardStatus(place: string, ...more: never[]): Promise<ShardsStatus> {
  refuseMore(more, 'shardStatus', 'a place')
  const home = openHome(place)
  const { plan } = await planOf(home)
  const markers = new Map((await readMarkers(home)).map(marker => [marker.shard, marker]))
  const attempts = new Map<number, Set<string>>()
  for (const { key } of await home.list('shards/')) {
    const [, shard, attempt] = /^shards\/(\d{5,})\/([^/]+)\//.exec(key) ?? []
    if (shard === undefined) continue
    const known = attempts.get(Number(shard)) ?? new Set()
    attempts.set(Number(shard), known.add(attempt!))
  }
  const shards = Array.from({ length: plan.shards }, (_, shard): ShardStatus => {
    const marker = markers.get(shard)
    const tries = attempts.get(shard)?.size ?? 0
    return {
      shard: shardName(shard),
      state: marker !== undefined ? 'done' : tries > 0 ? 'begun' : '–',
      attempts: tries,
      rows: marker?.rows ?? null,
      rejects: marker?.rejects ?? null,
      cost_usd: marker?.bill.run.cost_usd ?? null,
      finished_at: marker?.finished_at ?? null,
    }
  })
  return { plan, shards }
}
