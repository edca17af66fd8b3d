import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject, parseJson } from '../../json/json.ts'
import type { RunHome } from './home.ts'

/** What says that a shard is done, of whatever kind. It is made once: the attempt it names is the one that counts. */
export type Marker = {
  layout: 1
  /** Its number, from 0. */
  shard: number
  /** Name of the attempt; its files stand below it. */
  attempt: string
  /** Hash of the plan it was made by. */
  plan: string
}

/** Name of a shard, as in its keys. */
export function shardName(shard: number): string {
  return String(shard).padStart(5, '0')
}

/** Key below which the attempts at a shard stand. */
export function attemptsKey(shard: number): string {
  return `shards/${shardName(shard)}/`
}

/** Declare a shard done. Gives the marker that counts: this one, or that of whoever was first. Throws where that cannot be read. */
export async function commitMarker<M extends Marker>(home: RunHome, marker: M): Promise<M> {
  for (;;) {
    if (await home.putIfAbsent(markerKey(marker.shard), Buffer.from(`${writeJson(marker)}\n`))) return marker
    const first = await readMarker<M>(home, marker.shard)
    if (first !== null) return first // else it was taken away just now
  }
}

/** The marker of a shard; null where it is not done. Throws where there is one that cannot be read: nobody can say which attempt counts. */
export async function readMarker<M extends Marker>(home: RunHome, shard: number): Promise<M | null> {
  const bytes = await home.get(markerKey(shard))
  if (bytes === null) return null
  const marker = parseJson(bytes.toString('utf8'))
  if (isObject(marker) && isMarker(marker, shard)) return marker as unknown as M
  throw new TracewrightError('file', `Cannot tell what came of shard ${shard}: its marker is damaged`, {
    where: `${home.place}/${markerKey(shard)}`,
    hint: 'Bring it back from a copy, or take it away and make the shard again: what its attempts have paid is used',
  })
}

/** The shards of a home that are done, in their order. No marker is read. */
export async function markedShards(home: RunHome): Promise<number[]> {
  const names = await home.names('shards/')
  return names
    .flatMap(name => MARKER_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** The markers of these shards, in their order, many at once. */
export async function readMarkersOf<M extends Marker>(home: RunHome, shards: readonly number[]): Promise<M[]> {
  const markers: M[] = []
  for (let at = 0; at < shards.length; at += AT_ONCE) {
    const some = await Promise.all(shards.slice(at, at + AT_ONCE).map(shard => readMarker<M>(home, shard)))
    markers.push(...some.filter(marker => marker !== null))
  }
  return markers
}

const AT_ONCE = 64
const MARKER_NAME = /^(\d{5,})\.json$/

function markerKey(shard: number): string {
  return `shards/${shardName(shard)}.json`
}

function isMarker(marker: JsonObject, shard: number): boolean {
  return marker['layout'] === 1 && marker['shard'] === shard && typeof marker['attempt'] === 'string' && typeof marker['plan'] === 'string'
}
