import { refuseMore } from '../../fields.ts'
import { openHome } from '../run/open-home.ts'
import { markedShards, readMarkersOf, shardName } from '../run/shard-marker.ts'
import { ingestPlanOf } from './ingest-plan.ts'
import type { ParsedMarker } from './parse-shard.ts'

/** How a shard of logs stands. */
export type IngestShardStatus = {
  /** Its number, as in its keys. */
  shard: string
  /** Whether it is done, or was begun. */
  state: 'done' | 'begun' | '–'
  /** Logs it has. */
  units: number
  /** Of its logs. */
  bytes: number
  /** Rows they gave, before copies are told from first ones. */
  rows: number | null
  /** What could not be read. */
  rejects: number | null
  /** When it was done, ISO 8601. */
  finished_at: string | null
}

/** How the shards of an ingest stand, one after the other. */
export async function ingestStatus(place: string, ...more: never[]): Promise<IngestShardStatus[]> {
  refuseMore(more, 'ingestStatus', 'a place')
  const home = openHome(place)
  const { plan } = await ingestPlanOf(home)
  const markers = new Map((await readMarkersOf<ParsedMarker>(home, await markedShards(home))).map(marker => [marker.shard, marker]))
  const begun = new Set(await home.names('shards/'))
  return plan.lists.map(({ units, bytes }, shard) => {
    const marker = markers.get(shard)
    return {
      shard: shardName(shard),
      state: marker !== undefined ? 'done' : begun.has(`${shardName(shard)}/`) ? 'begun' : '–',
      units,
      bytes,
      rows: marker?.rows ?? null,
      rejects: marker?.rejects ?? null,
      finished_at: marker?.finished_at ?? null,
    }
  })
}
