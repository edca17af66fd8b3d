import { TracewrightError } from '../../errors.ts'
import type { PlanShardsOptions } from '../../pipeline/shard/plan-shards.ts'
import type { FrozenPlan } from '../../pipeline/shard/shard-plan.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags } from '../options/provider-options.ts'
import { type RunConfigFlag, runConfigFrom } from '../options/run-config-flag.ts'
import { confirmed } from '../terminal/confirmed.ts'
import { say } from '../terminal/say.ts'
import { estimateText } from './create-summary.ts'

/** What a run in shards is asked for, as commander hands it over. */
export type PlanFlags = ProviderFlags &
  ToolFlags &
  RunConfigFlag & {
    output: string
    of: number
    numRecords?: number | 'all'
    repeatSeed?: boolean
    name?: string
    exactly?: number
    accept?: string
    maxCost?: number
    prices?: string
    seed?: number
    functions?: string
    partRows?: number
    json?: boolean
    yes?: boolean
    force?: boolean
  }

/** Plan a run of a config as the flags say, asking after the estimate. */
export async function planned(config: string, flags: PlanFlags): Promise<FrozenPlan> {
  const settings = await settingsFrom(flags)
  const builder = await loadWithFunctions(config, flags, settings)
  if (flags.exactly !== undefined && flags.numRecords !== undefined)
    throw new TracewrightError('usage', 'Cannot use --exactly with --num-records: found both, expected one number of rows')
  if (flags.accept !== undefined && flags.exactly === undefined)
    throw new TracewrightError('usage', 'Cannot use --accept alone: expected --exactly N with it')
  const [{ planShards }, { Prices }] = await Promise.all([import('../../pipeline/shard/plan-shards.ts'), import('../../model/prices.ts')])
  const options: PlanShardsOptions = {
    home: flags.output,
    of: flags.of,
    modelProviders: settings.modelProviders,
    mcpProviders: settings.mcpProviders,
    managedAssetsPath: settings.managedAssetsPath,
    ...(await runConfigFrom(flags)),
    ...(flags.compat === undefined ? {} : { compat: flags.compat }),
    ...(flags.exactly === undefined
      ? flags.numRecords === undefined
        ? {}
        : { numRecords: flags.numRecords }
      : { numRecords: flags.exactly, accept: flags.accept ?? 'true' }),
    ...(flags.repeatSeed === undefined ? {} : { repeatSeed: flags.repeatSeed }),
    ...(flags.name === undefined ? {} : { datasetName: flags.name }),
    ...(flags.maxCost === undefined ? {} : { maxCostUSD: flags.maxCost }),
    ...(flags.prices === undefined ? {} : { prices: Prices.read(flags.prices) }),
    ...(flags.partRows === undefined ? {} : { partRows: flags.partRows }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.force === undefined ? {} : { force: flags.force }),
    onEstimate: async estimate => {
      if (flags.json) return true
      say(estimateText(estimate))
      return flags.yes || (await confirmed('Plan them?', true))
    },
  }
  return planShards(builder, options)
}
