import type { RunHome } from '../../dataset/run/home.ts'
import { attemptsKey } from '../../dataset/run/shard-marker.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { AcceptedSoFar } from '../creation/create-options.ts'
import type { ShardMarker } from './marker.ts'

/** What of a shard belongs to the whole: so many of its first rows, and of its rejects. */
export type TakenShard = { marker: ShardMarker; rows: number; rejects: number; declined: number; drawn: number; drawn_rows: number }

/**
 * The shards that belong to the whole, in order. Where so many rows were to be accepted, the whole ends with the last of them, as one
 * process would have ended there: what shards made behind it is left out.
 */
export async function takeShards(home: RunHome, markers: readonly ShardMarker[], wanted: number | null): Promise<TakenShard[]> {
  const taken: TakenShard[] = []
  let left = wanted ?? Infinity
  for (const marker of markers) {
    const { rows, rejects, declined, drawn, drawn_rows } = marker
    if (rows < left) taken.push({ marker, rows, rejects, declined, drawn, drawn_rows })
    else {
      taken.push(await cut(home, marker, left))
      break
    }
    left -= rows
  }
  return taken
}

/** The first rejects of an attempt, as lines. */
export async function rejectLines(home: RunHome, { shard, attempt }: ShardMarker, count: number): Promise<string[]> {
  return (await linesOf(home, `${attemptsKey(shard)}${attempt}/rejects.jsonl`)).slice(0, count)
}

async function cut(home: RunHome, marker: ShardMarker, rows: number): Promise<TakenShard> {
  const lines = await linesOf(home, `${attemptsKey(marker.shard)}${marker.attempt}/accepted.jsonl`)
  const { drawn, declined, rejects } = parseJson(lines[rows - 1]!) as AcceptedSoFar
  const ofTheSeed = (await rejectLines(home, marker, rejects)).filter(line => isOfTheSeed(parseJson(line)))
  return { marker, rows, rejects, declined, drawn, drawn_rows: drawn - ofTheSeed.length }
}

function isOfTheSeed(reject: unknown): boolean {
  return isObject(reject as Json) && (reject as JsonObject)['row'] === null
}

async function linesOf(home: RunHome, key: string): Promise<string[]> {
  return String((await home.get(key)) ?? '')
    .split('\n')
    .filter(line => line !== '')
}
