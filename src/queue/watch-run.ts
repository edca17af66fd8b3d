import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DoneShards } from '../pipeline/shard/done-shards.ts'
import { neededShards } from '../pipeline/shard/needed-shards.ts'
import type { FrozenPlan } from '../pipeline/shard/shard-plan.ts'
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
  { plan, hash }: FrozenPlan,
  options: WatchRunOptions,
): Promise<{ failed: FailedShard[]; progress: QueuedProgress }> {
  const { stop, terms = {}, onProgress, everyMs = 1000 } = options
  const path = /^[a-z][a-z0-9+.-]+:\/\//i.test(place) ? place : resolve(place)
  const home = DoneShards.at(path)
  await using queue = await openQueue(url, terms)
  const pace = new Pace(everyMs)

  for (let round = 0; ; round++) {
    const done = await home.look()
    const needed = neededShards(plan, done)
    const failed = (await queue.failed(hash)).filter(({ shard }) => !home.has(shard))
    const isGivenUp = new Set(round === 0 ? [] : failed.map(({ shard }) => shard))
    const missing = Array.from({ length: plan.shards }, (_, shard) => shard).filter(shard => !home.has(shard))
    const open = missing.filter(shard => !isGivenUp.has(shard)).map(shard => ({ home: path, plan: hash, shard }))
    const rows = done.reduce((n, shard) => n + shard.rows, 0)
    const progress = { done: done.length, of: plan.shards, rows, failed: isGivenUp.size }
    onProgress?.(progress)
    const isEnough = missing.every(shard => shard >= needed)
    if (isEnough || open.length === 0 || stop.aborted || isHopeless(isGivenUp.size, done.length)) {
      await queue.withdraw(open)
      return { failed: isEnough ? [] : failed, progress }
    }
    // Where others use the queue, too, its number of shards does not tell that all of these are in it.
    if (round % LOOK_EVERY === 0 || (await queue.size()) < open.length) await queue.submit(open)
    await sleep(pace.next(`${done.length} ${failed.length}`), undefined, { signal: stop }).catch(() => {})
  }
}

/** Rounds after which shards are submitted again, whatever the queue holds. */
const LOOK_EVERY = 30

/** Of how many of the first shards most must not fail. */
const FIRST = 5

function isHopeless(failed: number, done: number): boolean {
  return failed + done >= FIRST && failed + done <= 2 * FIRST && failed > done
}

/** How long to wait between two looks: longer and longer while nothing changes. */
class Pace {
  private readonly shortest: number
  private wait: number
  private before = ''

  constructor(shortest: number) {
    this.shortest = shortest
    this.wait = shortest
  }

  next(state: string): number {
    this.wait = state === this.before ? Math.min(this.wait * 1.5, this.shortest * LONGEST) : this.shortest
    this.before = state
    return this.wait
  }
}

/** The longest wait, as a multiple of the shortest. */
const LONGEST = 10
