import type { Board } from './board.ts'

/** A shard of a run, as a queue hands it on. `plan`: hash of the run's plan, so that a home that was planned anew is not mistaken for it. */
export type QueuedShard = { home: string; plan: string; shard: number }

/** A shard that the queue has given up. */
export type FailedShard = { shard: number; reason: string; attempts: number }

/**
 * How long a worker may be silent before its shard goes to another, how often that is looked for, and how often it may happen to a shard.
 * `patienceMs`: how long an answer of the server is waited for, where what is done stands elsewhere; default 5 seconds.
 */
export type QueueTerms = { lockMs?: number; stalledMs?: number; maxStalled?: number; attempts?: number; patienceMs?: number }

/** How long an answer is waited for unless terms say otherwise. */
export const PATIENCE_MS = 5000

/** A shard as a queue says it; null: whoever put it there meant something else. */
export function shardFrom(data: unknown): QueuedShard | null {
  const { home, plan, shard } = (typeof data === 'object' && data !== null ? data : {}) as { [key in keyof QueuedShard]?: unknown }
  return typeof home === 'string' && typeof plan === 'string' && Number.isInteger(shard) ? { home, plan, shard: shard as number } : null
}

/** Does the work of a shard. The signal fires when the shard is no longer this worker's. Rejects where it failed. */
export type ShardHandler = (shard: QueuedShard, lost: AbortSignal) => Promise<void>

/** A worker at a queue. */
export type ShardWorker = {
  /** Take no further shards, and resolve when the one under way is over. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Hands shards to workers, and those of dead workers to others. It is a hint and no more: what is done stands in the run's home, so a queue
 * that loses everything loses no row.
 */
export interface ShardQueue {
  /** Put shards into the queue; those that are in it are left where they are. */
  submit(shards: readonly QueuedShard[]): Promise<void>
  /** How many shards, of whatever plan, wait or are worked on. */
  size(): Promise<number>
  /** Shards of a plan that were given up. */
  failed(plan: string): Promise<FailedShard[]>
  /** Take shards out of the queue that no worker has. */
  withdraw(shards: readonly QueuedShard[]): Promise<void>
  /** Work on whatever shards come, one at a time. */
  work(handler: ShardHandler, onTrouble: (message: string) => void): Promise<ShardWorker>
  /** Serve the engine's own dashboard to this machine. */
  board(port: number): Promise<Board>
  /** Let go of the connection. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Thrown by a handler that was asked to stop: the shard goes to another worker, and this was no failure of it. */
export class ShardHandedBack extends Error {
  override readonly name: string = 'ShardHandedBack'
}

/** Thrown by a handler where another try would fail alike. */
export class ShardHopeless extends Error {
  override readonly name: string = 'ShardHopeless'
}

/** A kind of queue as the registry knows it. */
export interface QueueType<Name extends string = string> {
  /** Its name. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** How such a queue is written. */
  readonly example: string
  /** Whether a URL is one of it. */
  matches(url: string): boolean
  /** Connect. Throws where a package is missing, with how to get it. */
  open(url: string, terms?: QueueTerms): Promise<ShardQueue>
}

/** Define a kind of queue; keeps its name as a literal type. */
export function defineQueue<const Name extends string>(type: QueueType<Name>): QueueType<Name> {
  return type
}
