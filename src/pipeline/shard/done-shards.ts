import type { RunHome } from '../../dataset/run/home.ts'
import { openHome } from '../../dataset/run/open-home.ts'
import { markedShards, readMarkersOf } from '../../dataset/run/shard-marker.ts'
import type { ShardMarker } from './marker.ts'

/** What is known of the shards of a home that are done. Each marker is read once: it is made once, and never changes. */
export class DoneShards {
  private readonly home: RunHome
  private readonly known = new Map<number, Pick<ShardMarker, 'shard' | 'rows'>>()
  private inOrder: Pick<ShardMarker, 'shard' | 'rows'>[] = []

  constructor(home: RunHome) {
    this.home = home
  }

  /** Of the home at a place. */
  static at(place: string): DoneShards {
    return new DoneShards(openHome(place))
  }

  /** Look for shards that are done since the last look. Gives all that are, in their order. */
  async look(): Promise<readonly Pick<ShardMarker, 'shard' | 'rows'>[]> {
    const marked = await markedShards(this.home)
    // A marker that is not there any more was taken away for its shard to be made again.
    const there = new Set(marked)
    for (const shard of this.known.keys()) if (!there.has(shard)) this.known.delete(shard)
    const news = await readMarkersOf<ShardMarker>(
      this.home,
      marked.filter(shard => !this.known.has(shard)),
    )
    for (const { shard, rows } of news) this.known.set(shard, { shard, rows })
    if (news.length > 0 || this.inOrder.length !== this.known.size)
      this.inOrder = [...this.known.values()].sort((a, b) => a.shard - b.shard)
    return this.inOrder
  }

  /** Whether a shard was done at the last look. */
  has(shard: number): boolean {
    return this.known.has(shard)
  }
}
