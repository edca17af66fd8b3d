import type { Job, Queue, Worker } from 'bullmq'
import { messageOf } from '../errors.ts'
import type { Board } from './board.ts'
import { heardWithin } from './patient-queue.ts'
import {
  type FailedShard,
  PATIENCE_MS,
  type QueuedShard,
  type QueueTerms,
  ShardHandedBack,
  type ShardHandler,
  ShardHopeless,
  type ShardQueue,
  type ShardWorker,
  shardFrom,
} from './queue.ts'

/** The classes of BullMQ, over whatever store they keep their jobs in. */
export type BullClasses = {
  Queue: new (name: string, options: object) => Queue<QueuedShard>
  Worker: new (name: string, processor: (job: Job<QueuedShard>, token?: string) => Promise<void>, options: object) => Worker<QueuedShard>
  DelayedError: new () => Error
  UnrecoverableError: new (message: string) => Error
}

/** What a queue is connected with: for asking, and for workers, which wait for a server that is away. */
export type BullConnection = { asking: object | string; working: object | string }

/** Shards as jobs of BullMQ. */
export class BullShardQueue implements ShardQueue {
  private readonly classes: BullClasses
  private readonly connection: BullConnection
  private readonly terms: Required<QueueTerms>
  private readonly queue: Queue<QueuedShard>

  constructor(classes: BullClasses, connection: BullConnection, terms: QueueTerms) {
    this.classes = classes
    this.connection = connection
    this.terms = { ...TERMS, ...terms }
    this.queue = new classes.Queue(QUEUE_NAME, { connection: connection.asking })
    this.queue.on('error', () => {}) // told by whoever asks
  }

  async submit(shards: readonly QueuedShard[]): Promise<void> {
    const { attempts } = this.terms
    const options = { attempts, backoff: { type: 'exponential', delay: 1000 }, removeOnComplete: true, removeOnFail: false }
    // What was given up is tried anew when it is submitted again. Of the others, those that are in the queue stay as they are.
    const ids = new Set(shards.map(idOf))
    await inTurns(await this.queue.getFailed(0, -1), async job => void (ids.has(job.id!) && (await job.remove())))
    for (let at = 0; at < shards.length; at += AT_ONCE)
      await this.queue.addBulk(
        shards.slice(at, at + AT_ONCE).map(data => ({ name: 'shard', data, opts: { ...options, jobId: idOf(data) } })),
      )
  }

  async size(): Promise<number> {
    const counts = await this.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
    return Object.values(counts).reduce((sum, n) => sum + n, 0)
  }

  async failed(plan: string): Promise<FailedShard[]> {
    const jobs = await this.queue.getFailed(0, -1)
    return jobs.flatMap(job => {
      const shard = shardFrom(job?.data)
      if (shard?.plan !== plan) return []
      return [{ shard: shard.shard, reason: String(job.failedReason ?? 'no reason is known'), attempts: job.attemptsStarted }]
    })
  }

  async withdraw(shards: readonly QueuedShard[]): Promise<void> {
    await inTurns(shards, async shard => void (await this.queue.remove(idOf(shard)).catch(() => {}))) // a worker has it
  }

  async work(handler: ShardHandler, onTrouble: (message: string) => void): Promise<ShardWorker> {
    const { lockMs, stalledMs, maxStalled, patienceMs } = this.terms
    const lost = new Map<string, AbortController>()
    let underWay: Promise<unknown> = Promise.resolve()
    const make = async (job: Job<QueuedShard>, token?: string) => {
      const controller = new AbortController()
      lost.set(job.id!, controller)
      try {
        const shard = shardFrom(job.data)
        if (shard === null) throw new ShardHopeless(`Found job '${job.id}' that is no shard, expected its home, its plan and its number`)
        await handler(shard, controller.signal)
      } catch (error) {
        if (error instanceof ShardHandedBack) {
          // A server that does not hear of it gives it to another when the lock is over.
          await heardWithin(patienceMs, job.moveToDelayed(Date.now(), token))
          throw new this.classes.DelayedError()
        }
        throw error instanceof ShardHopeless ? new this.classes.UnrecoverableError(error.message) : error
      } finally {
        lost.delete(job.id!)
      }
    }
    const processor = (job: Job<QueuedShard>, token?: string) => {
      const making = make(job, token)
      underWay = making.catch(() => {})
      return making
    }
    const worker = new this.classes.Worker(QUEUE_NAME, processor, {
      connection: this.connection.working,
      concurrency: 1,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      maxStalledCount: maxStalled,
    })
    // A lock that is lost stops nothing by itself.
    worker.on('lockRenewalFailed', ids => {
      for (const id of ids) lost.get(id)?.abort()
    })
    worker.on('error', error => onTrouble(messageOf(error)))
    await worker.waitUntilReady()
    return {
      [Symbol.asyncDispose]: async () => {
        const closed = worker.close()
        closed.catch(() => {}) // it is awaited below
        await underWay
        await this.closed(worker, closed)
      },
    }
  }

  async board(port: number): Promise<Board> {
    const { startBoard } = await import('./board.ts')
    return startBoard(this.queue, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closed(this.queue, this.queue.close())
  }

  /** Whoever closes says goodbye to the server; one that does not answer is left without. */
  private async closed(connected: { disconnect(): Promise<void> }, closing: Promise<void>): Promise<void> {
    if ((await heardWithin(this.terms.patienceMs, closing)) === null) connected.disconnect().catch(() => {})
  }
}

const QUEUE_NAME = 'tracewright-shards'
const AT_ONCE = 500
const ASKED_AT_ONCE = 100

/** Locks outlive a busy machine; machines that come and go may drop a shard often, while what fails by itself is given up soon. */
const TERMS: Required<QueueTerms> = { lockMs: 60_000, stalledMs: 30_000, maxStalled: 10, attempts: 3, patienceMs: PATIENCE_MS }

/** Do something with each, some at once. */
async function inTurns<T>(things: readonly T[], action: (thing: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < things.length; at += ASKED_AT_ONCE) await Promise.all(things.slice(at, at + ASKED_AT_ONCE).map(action))
}

function idOf({ plan, shard }: QueuedShard): string {
  return `${plan.slice(0, 16)}-${shard}`
}
