import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FrozenPlan } from '../pipeline/shard/shard-plan.ts'
import { shardStatus } from '../pipeline/shard/shard-status.ts'
import { openQueue } from './open-queue.ts'
import type { FailedShard, QueueTerms } from './queue.ts'

/** How far a run in a queue is. */
export type QueuedProgress = { done: number; of: number; rows: number; failed: number }

/** How a run is submitted and watched. */
export type WatchRunOptions = { stop: AbortSignal; terms?: QueueTerms; onProgress?: (progress: QueuedProgress) => void; everyMs?: number }

/**
 * Submit the shards of a plan that are not done, and watch until all are done, or those that are not have failed. Shards that the queue has
 * lost are submitted again. What is done is read from the home, and never from the queue. Most of the first shards failing ends it.
 */
export async function watchRun(
  url: string,
  place: string,
  { hash }: FrozenPlan,
  options: WatchRunOptions,
): Promise<{ failed: FailedShard[] }> {
  const { stop, terms = {}, onProgress, everyMs = 1000 } = options
  const home = /^[a-z][a-z0-9+.-]+:\/\//i.test(place) ? place : resolve(place)
  const queue = await openQueue(url, terms)
  try {
    for (let round = 0; ; round++) {
      const { shards, plan } = await shardStatus(home)
      const { accept, num_records } = plan.run.target
      const missing = shards.flatMap(({ state }, shard) => (state === 'done' ? [] : [{ home, plan: hash, shard }]))
      const failed = (await queue.failed(hash)).filter(({ shard }) => shards[shard]?.state !== 'done')
      const isGivenUp = new Set(round === 0 ? [] : failed.map(({ shard }) => shard))
      const open = missing.filter(({ shard }) => !isGivenUp.has(shard))
      const rows = shards.reduce((n, shard) => n + (shard.rows ?? 0), 0)
      onProgress?.({ done: shards.length - missing.length, of: shards.length, rows, failed: isGivenUp.size })
      const isEnough = accept !== null && rowsInFront(shards) >= num_records!
      if (open.length === 0 || isEnough || stop.aborted || isHopeless(isGivenUp.size, shards.length - missing.length)) {
        await queue.withdraw(open)
        return { failed: isEnough ? [] : failed }
      }
      if (round % SUBMIT_EVERY === 0) await queue.submit(open)
      await sleep(everyMs, undefined, { signal: stop }).catch(() => {})
    }
  } finally {
    await queue.close()
  }
}

/** Rounds between two looks for shards that the queue has lost. */
const SUBMIT_EVERY = 10

/** Of how many of the first shards most must not fail. */
const FIRST = 5

function isHopeless(failed: number, done: number): boolean {
  return failed + done >= FIRST && failed + done <= 2 * FIRST && failed > done
}

/** Rows of the shards that are done from the first on, without a gap. */
function rowsInFront(shards: readonly { state: string; rows: number | null }[]): number {
  const end = shards.findIndex(({ state }) => state !== 'done')
  return shards.slice(0, end < 0 ? shards.length : end).reduce((n, { rows }) => n + (rows ?? 0), 0)
}
