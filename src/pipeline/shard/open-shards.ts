import { openHome } from '../../dataset/run/open-home.ts'
import { Gates } from '../../model/gate.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { DataDesignerConfigBuilder } from '../builder.ts'
import type { LoadOptions } from '../load.ts'
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

/** Open a home for work. `builder`: its config, where the home cannot keep all of it. Throws where there is no plan. */
export async function openShards(
  place: string,
  given: { builder?: DataDesignerConfigBuilder | null; load?: LoadOptions; providers?: readonly ModelProvider[] } = {},
): Promise<OpenShards> {
  const home = openHome(place)
  const frozen = await planOf(home)
  const builder = loadPlanned(home, frozen.plan, given)
  const shared = {
    gates: new Gates(),
    done: new DoneShards(home),
    ...(given.providers === undefined ? {} : { providers: given.providers }),
  }
  return { frozen, run: (shard, options = {}) => runShard(home, frozen, builder, shard, { ...shared, ...options }) }
}
