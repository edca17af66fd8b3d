import { join, resolve } from 'node:path'
import type { Compat } from '../../compat.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import { openWorkingHome, probeHome } from '../../dataset/run/open-home.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { Budget } from '../budget.ts'
import type { DataDesignerConfigBuilder } from '../builder.ts'
import { configAsRun } from '../config-as-run.ts'
import type { CreateOptions } from '../create-options.ts'
import { type Engine, openEngine, runMode } from '../engine.ts'
import { estimateRun, SAMPLE_ROWS } from '../estimate.ts'
import { planJSON } from '../plan-json.ts'
import { ReplyLog } from '../reply-log.ts'
import { ReplyMemory } from '../reply-memory.ts'
import { RunConfig } from '../run-config.ts'
import { startRun } from '../run-start.ts'
import { ShardAttempt } from './attempt.ts'
import { inputsOf } from './inputs.ts'
import { refuseShards } from './refuse-shards.ts'
import { type FrozenPlan, freezePlan, planOf, rangeOf, readPlan, type ShardPlan } from './shard-plan.ts'

/** What a run in shards is asked for: what `create` is asked for, where several machines can keep it. */
export type PlanShardsOptions = Pick<
  CreateOptions,
  'numRecords' | 'repeatSeed' | 'accept' | 'maxCostUSD' | 'prices' | 'partRows' | 'datasetName' | 'onEstimate' | 'signal'
> & {
  /** Where the run is to live: a folder, or storage that many machines reach. */
  home: string
  /** How many shards. */
  of: number
  /** Of every random choice. Default: a fresh one, which the plan holds. */
  seed?: number
  /** Where models are served. */
  modelProviders?: readonly ModelProvider[]
  /** How values become text. Default: JSON. */
  compat?: Compat | null
}

/** Tries for each row that is to be accepted where there is no seed to be used up; as `create` makes them. */
const TRIES = 100

/**
 * Freeze what many machines are to agree on: config, seed number, files of the seed, ranges, terms. Models are asked for a sign of life
 * once for all shards. Planning the same again changes nothing and calls nothing; throws where another plan is there.
 */
export async function planShards(builder: DataDesignerConfigBuilder, options: PlanShardsOptions): Promise<FrozenPlan> {
  if (!Number.isInteger(options.of) || options.of < 1)
    throw new TracewrightError('usage', `Cannot plan ${options.of} shards: expected a whole number from 1 on`)
  const home = openWorkingHome(options.home)
  const before = await readPlan(home)
  const settings = {
    ...options,
    datasetName: options.datasetName ?? (options.home.split(/[/\\]/).findLast(name => name !== '') as string),
    providers: options.modelProviders ?? [],
    toolServers: [],
    compat: options.compat ?? null,
    runConfig: new RunConfig(),
    seed: options.seed ?? before?.plan.run.seed ?? null,
    previewSeed: null,
    earlier: new ReplyMemory(),
  }
  const { manifest } = startRun(new RunFolder(join(options.home, 'shards', 'none')), builder, settings)
  if (before !== null) return sameAgain(home, before, { ...before.plan, shards: options.of, run: manifest })
  const budget = new Budget(builder, settings.providers, manifest)
  budget.requirePrices()
  const signal = options.signal ?? new AbortController().signal
  const engine = await openEngine(builder, { providers: settings.providers, signal, compat: settings.compat, checkModels: false })
  try {
    refuseShards(builder, engine, manifest)
    const plan: ShardPlan = {
      layout: 1,
      shards: options.of,
      positions: positionsOf(engine, manifest.target),
      things: engine.size,
      base_folder: builder.seedConfig === null ? null : resolve(builder.baseFolder ?? ''),
      part_rows: options.partRows ?? 1000,
      config: configAsRun(builder),
      columns: planJSON(engine.plan) as Json,
      inputs: inputsOf(engine.seed?.files ?? []),
      run: manifest,
    }
    await probeHome(home)
    const isWanted = await tryModels(home, plan, { builder, settings, budget, signal, onEstimate: options.onEstimate })
    if (!isWanted) throw new TracewrightError('cancelled', 'Nothing is planned: it was not wanted after the estimate')
    if (!(await freezePlan(home, plan))) return sameAgain(home, await planOf(home), plan)
    return await planOf(home)
  } finally {
    await engine.close()
  }
}

/**
 * Ask models for a sign of life, once for all shards, and judge the whole by a few rows. What that costs is an attempt at the first shard,
 * which finds the replies.
 */
async function tryModels(
  home: RunHome,
  plan: ShardPlan,
  how: {
    builder: DataDesignerConfigBuilder
    settings: { providers: readonly ModelProvider[] }
    budget: Budget
    signal: AbortSignal
    onEstimate: PlanShardsOptions['onEstimate']
  },
): Promise<boolean> {
  const { builder, settings, budget, signal, onEstimate } = how
  if (builder.columns.every(column => column.modelAliases.length === 0)) return true
  const attempt = new ShardAttempt(home, 0)
  const folder = new RunFolder(attempt.path)
  folder.make()
  const replies = new ReplyLog(folder.cells)
  let engine: Engine | null = null
  try {
    engine = await openEngine(builder, { providers: settings.providers, signal, compat: plan.run.compat, store: replies })
    const { models, draw, shared } = engine
    const { seed, compat } = plan.run
    if (onEstimate === undefined || rangeOf(plan, 0).end < SAMPLE_ROWS) return true
    const estimate = await estimateRun({
      plan: engine.plan,
      models,
      rows: plan.run.target.num_records ?? plan.positions,
      draw: count => draw(count, seed),
      run: { seed, ...runMode({ compat, runConfig: new RunConfig() }), signal, ...shared },
      emptyBill: () => budget.emptyBill(),
    })
    return estimate === null || (await onEstimate(estimate)) !== false
  } finally {
    await engine?.close()
    replies.close()
    await attempt.sendReplies()
    attempt.close()
  }
}

/** The plan that is there, where it is the one that is wanted. */
function sameAgain(home: RunHome, before: FrozenPlan, wanted: ShardPlan): FrozenPlan {
  const { plan } = before
  const differs = (what: string, a: unknown, b: unknown) => (writeJson(a ?? null) === writeJson(b ?? null) ? [] : [what])
  const others = [
    ...differs('the config', plan.run.config_hash, wanted.run.config_hash),
    ...differs('the number of shards', plan.shards, wanted.shards),
    ...differs('what is to be made', plan.run.target, wanted.run.target),
    ...differs('the seed of chance', plan.run.seed, wanted.run.seed),
    ...differs('compat', plan.run.compat, wanted.run.compat),
  ]
  if (others.length === 0) return before
  throw new TracewrightError('usage', `Cannot plan in '${home.place}': a plan is there, and differs in ${others.join(', ')}`, {
    hint: 'Go on with it as it is (create --shard), or plan into another home',
  })
}

function positionsOf(engine: Engine, { num_records, accept, repeat_seed }: ShardPlan['run']['target']): number {
  const wanted = num_records ?? Infinity
  if (engine.size === null) return accept === null ? wanted : wanted * TRIES
  if (accept !== null) return engine.size
  return wanted === Infinity || !repeat_seed ? Math.min(wanted, engine.size) : wanted
}
