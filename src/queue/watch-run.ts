import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, TracewrightError } from '../errors.ts'
import { DoneShards } from '../pipeline/shard/done-shards.ts'
import { neededShards } from '../pipeline/shard/needed-shards.ts'
import type { FrozenPlan } from '../pipeline/shard/shard-plan.ts'
import { openQueue } from './open-queue.ts'
import { type Heard, heardWithin, PatientAsker } from './patient-queue.ts'
import { type FailedShard, PATIENCE_MS, type QueueTerms } from './queue.ts'

/** How far a run in a queue is. */
export type QueuedProgress = { done: number; of: number; rows: number; failed: number }

/** How a run is submitted and watched. `onTrouble`: told that the queue does not answer, or what it says, each time that is so anew. */
export type WatchRunOptions = {
  stop: AbortSignal
  terms?: QueueTerms
  onProgress?: (progress: QueuedProgress) => void
  onTrouble?: (message: string) => void
  everyMs?: number
}

/**
 * Submit the shards of a plan that are not done, and watch until all are done, or those that are not have failed. Shards that the queue has
 * lost are submitted again. What is done is read from the home, and never from the queue: one that is away keeps nobody from seeing the end, or
 * from stopping. Most of the first shards failing ends it.
 */
export async function watchRun(
  url: string,
  place: string,
  { plan, hash }: FrozenPlan,
  options: WatchRunOptions,
): Promise<{ failed: FailedShard[]; progress: QueuedProgress }> {
  const { stop, terms = {}, onProgress, onTrouble, everyMs = 1000 } = options
  const path = /^[a-z][a-z0-9+.-]+:\/\//i.test(place) ? place : resolve(place)
  const home = DoneShards.at(path)
  await using queue = await openQueue(url, terms)
  const pace = new Pace(everyMs)
  const { patienceMs = PATIENCE_MS } = terms
  const asker = new QueueAsker(patienceMs, stop, onTrouble ?? (() => {}))
  let known: FailedShard[] = []
  let isSubmitted = false

  for (let round = 0; ; round++) {
    const done = await home.look()
    const needed = neededShards(plan, done)
    known = (await asker.ask(() => queue.failed(hash))) ?? known
    const failed = known.filter(({ shard }) => !home.has(shard))
    const isGivenUp = new Set(isSubmitted ? failed.map(({ shard }) => shard) : [])
    const missing = Array.from({ length: plan.shards }, (_, shard) => shard).filter(shard => !home.has(shard))
    const open = missing.filter(shard => !isGivenUp.has(shard)).map(shard => ({ home: path, plan: hash, shard }))
    const rows = done.reduce((n, shard) => n + shard.rows, 0)
    const progress = { done: done.length, of: plan.shards, rows, failed: isGivenUp.size }
    onProgress?.(progress)
    const isEnough = missing.every(shard => shard >= needed)
    if (isEnough || open.length === 0 || stop.aborted || isHopeless(isGivenUp.size, done.length)) {
      await heardWithin(asker.isAway ? patienceMs : WITHDRAWAL_MS, queue.withdraw(open)).catch(() => {}) // what was made is made
      return { failed: isEnough ? [] : failed, progress }
    }
    // Where others use the queue, too, its number of shards does not tell that all of these are in it.
    const isDue = !isSubmitted || round % LOOK_EVERY === 0 || ((await asker.ask(() => queue.size())) ?? Infinity) < open.length
    if (isDue) await asker.ask(() => queue.submit(open).then(() => void (isSubmitted = true)))
    await sleep(pace.next(`${done.length} ${failed.length}`), undefined, { signal: stop }).catch(() => {})
  }
}

/** Asks a queue, and tells of one that does not answer when it begins not to. One that has never answered, and refuses, ends the run. */
class QueueAsker {
  private readonly asker: PatientAsker
  private readonly stop: AbortSignal
  private readonly onTrouble: (message: string) => void
  private readonly patienceMs: number
  private hasAnswered = false
  /** It owes an answer, or has refused one. */
  isAway = false

  constructor(patienceMs: number, stop: AbortSignal, onTrouble: (message: string) => void) {
    this.patienceMs = patienceMs
    this.asker = new PatientAsker(patienceMs, stop)
    this.stop = stop
    this.onTrouble = onTrouble
  }

  /** What it answers; null: nothing yet. */
  async ask<T>(question: () => Promise<T>): Promise<T | null> {
    let heard: Heard<T>
    try {
      heard = await this.asker.ask(question)
    } catch (error) {
      if (this.stop.aborted) return null
      if (!this.hasAnswered)
        throw new TracewrightError('file', `Cannot hand shards to the queue: ${messageOf(error)}`, {
          hint: 'Look whether its server runs, and at the URL of --queue',
          cause: error,
        })
      this.tell(messageOf(error))
      return null
    }
    if (heard === null) {
      if (!this.stop.aborted) this.tell(`it has not answered for ${this.patienceMs / 1000} s`)
      return null
    }
    this.hasAnswered = true
    this.isAway = false
    return heard.answer
  }

  private tell(message: string): void {
    if (!this.isAway) this.onTrouble(message)
    this.isAway = true
  }
}

/** Longest that a queue which answers may take to give back all that nobody has begun. */
const WITHDRAWAL_MS = 60_000

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
