import { openHome } from '../../dataset/run/open-home.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { Gates } from '../../model/ask/gate.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { type ToolServer, toolServerFrom } from '../../model/tools/mcp-provider.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import type { LoadOptions } from '../config/load.ts'
import { DoneShards } from './done-shards.ts'
import { loadPlanned } from './load-planned.ts'
import { runShard, type ShardOptions, type ShardOutcome } from './run-shard.ts'
import { type FrozenPlan, planOf } from './shard-plan.ts'

/** A planned run, ready for shards of it to be made by this process; what models let through is remembered from shard to shard. */
export type OpenShards = {
  /** What was agreed on. */
  frozen: FrozenPlan
  /** Make one shard. */
  run(shard: number, options?: ShardOptions): Promise<ShardOutcome>
}

/** What of a run its home cannot keep: its config, where it holds functions, and keys of providers and of servers of tools. */
export type OpenShardsOptions = {
  /** The config, where the home cannot keep all of it. */
  builder?: DataDesignerConfigBuilder | null
  /** How the kept config is loaded. */
  load?: LoadOptions
  /** Providers that are named anew. */
  providers?: readonly ModelProvider[]
  /** Servers of tools that are named anew. */
  mcpProviders?: readonly (ToolServer | JsonObject)[]
  /** Folder of managed assets, where datasets of persons are, on this machine. Default: the one that the environment names. */
  managedAssetsPath?: string | null
}

const OPEN_OPTIONS: Known<OpenShardsOptions> = { builder: true, load: true, providers: true, mcpProviders: true, managedAssetsPath: true }

/** Open a home for work. Throws where there is no plan. */
export async function openShards(place: string, given: OpenShardsOptions = {}): Promise<OpenShards> {
  refuseUnknownOptions(given, OPEN_OPTIONS, 'openShards')
  const home = openHome(place)
  const frozen = await planOf(home)
  const builder = loadPlanned(home, frozen.plan, given)
  const { providers, mcpProviders = [], managedAssetsPath = null } = given
  const shared = {
    gates: new Gates(),
    done: new DoneShards(home),
    toolServers: mcpProviders.map(toolServerFrom),
    managedAssetsPath,
    ...(providers === undefined ? {} : { providers }),
  }
  return { frozen, run: (shard, options = {}) => runShard(home, frozen, builder, shard, { ...shared, ...options }) }
}
