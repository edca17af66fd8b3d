import { messageOf, TracewrightError } from '../errors.ts'
import type { JsonObject } from '../json/json.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import type { ToolServer } from '../model/tools/mcp-provider.ts'
import type { DataDesignerConfigBuilder } from '../pipeline/config/builder.ts'
import type { LoadOptions } from '../pipeline/config/load.ts'
import { type OpenShards, openShards } from '../pipeline/shard/open-shards.ts'
import type { ShardOutcome } from '../pipeline/shard/run-shard.ts'
import { openQueue } from './open-queue.ts'
import { type QueuedShard, type QueueTerms, ShardHandedBack, ShardHopeless } from './queue.ts'

/** How a worker works. */
export type WorkOptions = {
  /** The config of the runs it works at, where their homes cannot keep it. */
  builder?: DataDesignerConfigBuilder | null
  load?: LoadOptions
  providers?: readonly ModelProvider[]
  mcpProviders?: readonly (ToolServer | JsonObject)[]
  managedAssetsPath?: string | null
  terms?: QueueTerms
  /** Finish the calls under way, hand the shard back, and end. */
  stop: AbortSignal
  /** Leave the calls under way as they are, hand the shard back, and end. */
  signal?: AbortSignal
  onShard?: (shard: QueuedShard) => void
  onOutcome?: (outcome: ShardOutcome) => void
  onTrouble?: (message: string) => void
  /** Port of a dashboard that is served to this machine; 0: any. */
  board?: number
  onBoard?: (url: string) => void
}

/**
 * Work on the shards of a queue until told to stop. Homes stay open from shard to shard, and what models let through is remembered. A shard
 * whose lock is lost is stopped: another has it by then, and what was paid is kept for it.
 */
export async function work(url: string, options: WorkOptions): Promise<void> {
  const { stop, signal, terms = {}, onShard, onOutcome, onTrouble, board: port, onBoard, ...how } = options
  await using queue = await openQueue(url, terms)
  const homes = new Map<string, Promise<OpenShards>>()
  const homeOf = (shard: QueuedShard) => {
    const key = `${shard.plan} ${shard.home}`
    const home = homes.get(key) ?? openShards(shard.home, how)
    homes.set(key, home)
    home.catch(() => homes.delete(key))
    return home
  }
  await using board = port === undefined ? null : await queue.board(port)
  if (board !== null) onBoard?.(board.url)

  const worker = await queue.work(
    async (shard, lost) => {
      const home = await homeOf(shard).catch(hopeless)
      if (home.frozen.hash !== shard.plan) throw new ShardHopeless(`'${shard.home}' holds another plan than the one this shard is of`)
      onShard?.(shard)
      const ends = { stop: AbortSignal.any([stop, lost]), ...(signal === undefined ? {} : { signal }) }
      const outcome = await home.run(shard.shard, ends).catch(error => {
        throw signal?.aborted ? new ShardHandedBack('The worker was stopped at once') : hopeless(error)
      })
      onOutcome?.(outcome)
      if (outcome.outcome !== 'stopped') return
      if (stop.aborted || lost.aborted) throw new ShardHandedBack('The worker was stopped')
      throw new Error(outcome.reason ?? 'The shard was stopped')
    },
    onTrouble ?? (() => {}),
  )
  await new Promise<void>(resolve => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  await worker[Symbol.asyncDispose]()
}

/** What is wrong with a config or a seed is wrong at the next try, too; a model or a disk may be well by then. */
function hopeless(error: unknown): never {
  const isHopeless = error instanceof TracewrightError && ['usage', 'config', 'template', 'seed'].includes(error.kind)
  throw isHopeless ? new ShardHopeless(messageOf(error)) : error
}
