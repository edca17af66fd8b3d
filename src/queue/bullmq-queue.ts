import type { Job, Queue, Worker } from 'bullmq'
import { messageOf } from '../errors.ts'
import type { Board } from './board.ts'
import {
  type FailedShard,
  type QueuedShard,
  type QueueTerms,
  ShardHandedBack,
  type ShardHandler,
  ShardHopeless,
  type ShardQueue,
  type ShardWorker,
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
    return jobs
      .filter(job => job.data.plan === plan)
      .map(job => ({ shard: job.data.shard, reason: job.failedReason ?? 'no reason is known', attempts: job.attemptsStarted }))
  }

  async withdraw(shards: readonly QueuedShard[]): Promise<void> {
    await inTurns(shards, async shard => void (await this.queue.remove(idOf(shard)).catch(() => {}))) // a worker has it
  }

  async work(handler: ShardHandler, onTrouble: (message: string) => void): Promise<ShardWorker> {
    const { lockMs, stalledMs, maxStalled } = this.terms
    const lost = new Map<string, AbortController>()
    const processor = async (job: Job<QueuedShard>, token?: string) => {
      const controller = new AbortController()
      lost.set(job.id!, controller)
      try {
        await handler(job.data, controller.signal)
      } catch (error) {
        if (error instanceof ShardHandedBack) {
          await job.moveToDelayed(Date.now(), token)
          throw new this.classes.DelayedError()
        }
        throw error instanceof ShardHopeless ? new this.classes.UnrecoverableError(error.message) : error
      } finally {
        lost.delete(job.id!)
      }
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
    return { [Symbol.asyncDispose]: () => worker.close() }
  }

  async board(port: number): Promise<Board> {
    const { startBoard } = await import('./board.ts')
    return startBoard(this.queue, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queue.close()
  }
}

const QUEUE_NAME = 'tracewright-shards'
const AT_ONCE = 500
const ASKED_AT_ONCE = 100

/** Locks outlive a busy machine; machines that come and go may drop a shard often, while what fails by itself is given up soon. */
const TERMS: Required<QueueTerms> = { lockMs: 60_000, stalledMs: 30_000, maxStalled: 10, attempts: 3 }

/** Do something with each, some at once. */
async function inTurns<T>(things: readonly T[], action: (thing: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < things.length; at += ASKED_AT_ONCE) await Promise.all(things.slice(at, at + ASKED_AT_ONCE).map(action))
}

function idOf({ plan, shard }: QueuedShard): string {
  return `${plan.slice(0, 16)}-${shard}`
}
