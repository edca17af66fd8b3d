import type { RunHome } from '../../dataset/run/home.ts'
import { type Marker, markedShards, readMarkersOf } from '../../dataset/run/shard-marker.ts'
import type { ShardTable } from '../../dataset/run/shard-table.ts'
import type { BillSummary } from '../creation/bill.ts'

/** The marker of a shard of a run. */
export type ShardMarker = Marker &
  ShardTable & {
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

/** All markers of a home, in the order of their shards. */
export async function readMarkers(home: RunHome): Promise<ShardMarker[]> {
  return readMarkersOf<ShardMarker>(home, await markedShards(home))
}
