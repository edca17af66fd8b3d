import { join, resolve } from 'node:path'
import type { Compat } from '../../compat.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import { openWorkingHome, probeHome } from '../../dataset/run/open-home.ts'
import { type OwnNames, refuseOccupied } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { type ToolServer, toolServerFrom } from '../../model/tools/mcp-provider.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { configAsRun } from '../config/config-as-run.ts'
import { Budget } from '../creation/budget.ts'
import type { CreateOptions, CreateSettings } from '../creation/create-options.ts'
import { estimateRun, SAMPLE_ROWS } from '../creation/estimate.ts'
import { startRun } from '../creation/run-start.ts'
import { type Engine, openEngine, runMode } from '../engine.ts'
import { planJSON } from '../plan/plan-json.ts'
import { ReplyLog } from '../replies/reply-log.ts'
import { ReplyMemory } from '../replies/reply-memory.ts'
import { acceptance } from '../rows/accept.ts'
import { RunConfig, type RunConfigOptions } from '../rows/run-config.ts'
import { ShardAttempt } from './attempt.ts'
import { inputsOf } from './inputs.ts'
import { keptToolServers } from './kept-tool-servers.ts'
import { refuseShards } from './refuse-shards.ts'
import { raiseBudget } from './shard-budget.ts'
import { type FrozenPlan, freezePlan, planOf, rangeOf, readPlan, runConfigOf, type ShardPlan } from './shard-plan.ts'

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
  /** Servers of tools. A plan holds what is not secret of them. */
  mcpProviders?: readonly (ToolServer | JsonObject)[]
  /** Folder of managed assets, where datasets of persons are, on this machine. Default: the one that the environment names. */
  managedAssetsPath?: string | null
  /** How the run goes. */
  runConfig?: RunConfig | RunConfigOptions | JsonObject
  /** How values become text. Default: JSON. */
  compat?: Compat | null
  /** Whether the home may be a folder that holds other things. Default false. */
  force?: boolean
}

const PLAN_OPTIONS: Known<PlanShardsOptions> = {
  numRecords: true,
  repeatSeed: true,
  accept: true,
  maxCostUSD: true,
  prices: true,
  partRows: true,
  datasetName: true,
  onEstimate: true,
  signal: true,
  home: true,
  of: true,
  seed: true,
  modelProviders: true,
  mcpProviders: true,
  managedAssetsPath: true,
  runConfig: true,
  compat: true,
  force: true,
}

/** What a plan makes in its home before it is whole. */
const PLANNED: OwnNames = { shards: true }

/** Tries for each row that is to be accepted where there is no seed to be used up; as `create` makes them. */
const TRIES = 100

/**
 * Freeze what many machines are to agree on: config, seed number, files of the seed, ranges, terms. Models are asked for a sign of life
 * once for all shards. Planning the same again calls nothing, and changes nothing but a budget that is raised; throws where another plan is there.
 */
export async function planShards(builder: DataDesignerConfigBuilder, options: PlanShardsOptions): Promise<FrozenPlan> {
  refuseUnknownOptions(options, PLAN_OPTIONS, 'planShards')
  if (!isCount(options.of, 1)) throw new TracewrightError('usage', `Cannot plan ${options.of} shards: expected ${countFrom(1)}`)
  const home = openWorkingHome(options.home)
  const before = await readPlan(home)
  if (before === null && home.folder !== null) refuseOccupied(home.place, 'a plan', PLANNED, options.force)
  const settings = {
    ...options,
    datasetName: options.datasetName ?? (options.home.split(/[/\\]/).findLast(name => name !== '') as string),
    providers: options.modelProviders ?? [],
    toolServers: (options.mcpProviders ?? []).map(toolServerFrom),
    managedAssetsPath: options.managedAssetsPath ?? null,
    compat: options.compat ?? null,
    runConfig: RunConfig.from(options.runConfig ?? {}),
    seed: options.seed ?? before?.plan.run.seed ?? null,
    previewSeed: null,
    earlier: new ReplyMemory(),
  }
  const { manifest } = startRun(new RunFolder(join(options.home, 'shards', 'none')), builder, settings)
  const travelling = { tool_servers: keptToolServers(settings.toolServers), run_config: settings.runConfig.toJSON() }
  if (before !== null) {
    sameAgain(home, before, { ...before.plan, ...travelling, shards: options.of, run: manifest })
    if (options.maxCostUSD !== undefined && options.maxCostUSD !== null) await raiseBudget(home, before.plan, options.maxCostUSD)
    return before
  }
  const budget = new Budget(builder, settings.providers, manifest)
  budget.requirePrices()
  const signal = options.signal ?? new AbortController().signal
  const { providers, toolServers, managedAssetsPath, compat, runConfig } = settings
  const reached = { providers, toolServers, managedAssetsPath, runConfig, signal }
  await using engine = await openEngine(builder, { ...reached, compat, checkModels: false })
  refuseShards(builder, engine, manifest, runConfig)
  if (manifest.target.accept !== null) acceptance(manifest.target.accept, engine.plan, runMode(settings).mode)
  const plan: ShardPlan = {
    layout: 1,
    shards: options.of,
    positions: positionsOf(engine, manifest.target),
    things: engine.size,
    base_folder: builder.seedConfig === null ? null : resolve(builder.baseFolder ?? ''),
    part_rows: options.partRows ?? runConfig.bufferSize ?? 1000,
    ...travelling,
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
    settings: Pick<CreateSettings, 'providers' | 'toolServers' | 'managedAssetsPath' | 'runConfig'>
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
    const { runConfig } = settings
    engine = await openEngine(builder, { ...settings, signal, compat: plan.run.compat, store: replies })
    const { models, draw, shared } = engine
    const { seed, compat } = plan.run
    if (onEstimate === undefined || rangeOf(plan, 0).end < SAMPLE_ROWS) return true
    const estimate = await estimateRun({
      plan: engine.plan,
      models,
      rows: plan.run.target.num_records ?? plan.positions,
      draw: count => draw(count, seed),
      run: { seed, ...runMode({ compat, runConfig }), signal, ...shared },
      emptyBill: () => budget.emptyBill(),
    })
    return estimate === null || (await onEstimate(estimate)) !== false
  } finally {
    await engine?.[Symbol.asyncDispose]()
    replies[Symbol.dispose]()
    await attempt.sendReplies()
    attempt[Symbol.dispose]()
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
    ...differs('the servers of tools', plan.tool_servers ?? [], wanted.tool_servers),
    ...differs('how the run goes', runConfigOf(plan).toJSON(), wanted.run_config),
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
