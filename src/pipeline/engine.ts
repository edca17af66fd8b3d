import type { Problem } from '../column/column.ts'
import type { Compat } from '../compat.ts'
import type { Gates } from '../model/ask/gate.ts'
import type { ModelObserver } from '../model/ask/observer.ts'
import type { ReplyStore } from '../model/ask/reply-store.ts'
import { Models, providerOf, unknownProvider } from '../model/connect.ts'
import type { ModelConfig } from '../model/model-config.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import type { ToolServer } from '../model/tools/mcp-provider.ts'
import { ToolServers } from '../model/tools/tool-servers.ts'
import type { Row } from '../row.ts'
import { type Drawn, type DrawOptions, drawRows } from '../seed/draw.ts'
import { drawRange, type PositionRange } from '../seed/draw-range.ts'
import { PersonFiles } from '../seed/person-files.ts'
import type { OpenSeed } from '../seed/seed.ts'
import type { DataDesignerConfigBuilder } from './config/builder.ts'
import { toolAliasesOf } from './config/config-defaults.ts'
import { ConfigProblems } from './plan/config-problems.ts'
import type { Plan, Planned } from './plan/plan.ts'
import { planOverSeed } from './plan/plan-over-seed.ts'
import type { RunOptions } from './rows/run.ts'
import type { RunConfig } from './rows/run-config.ts'
import { profileOf, templateMode } from './rows/template-mode.ts'
import { managedAssetsPath } from './settings/managed-assets.ts'

/** A config that was checked, with its seed open and its models reachable. */
export type Engine = {
  plan: Plan
  models: Models
  hasSeed: boolean // rows come from somewhere, rather than from nothing
  seed: OpenSeed | null
  size: number | null // things of the seed that are selected; null where there is no seed
  /** Rows in flight, models and tools, and what says in every row which columns the stand-in filled; empty where models did. */
  shared: Pick<RunOptions, 'width' | 'mark' | 'model' | 'tools' | 'persons'>
  /** Draw from the seed; rows without columns where the config has none. */
  draw(count: number, seed: number, how?: Pick<DrawOptions, 'cycle' | 'onAgain'>): AsyncIterable<Drawn>
  /** Let go of the seed, and stop the servers of tools. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What models are asked through. */
export type EngineOptions = {
  providers: readonly ModelProvider[]
  compat?: Compat | null
  toolServers?: readonly ToolServer[]
  /** Folder with datasets of persons. Default: the one that the environment names. */
  managedAssetsPath?: string | null
  runConfig?: RunConfig
  signal: AbortSignal
  store?: ReplyStore
  /** Told of all that models are asked. */
  observer?: ModelObserver
  /** Ends calls that are under way. Default: what ends the question. */
  callSignal?: AbortSignal
  /** Whether to ask models, and the servers of tools, for a sign of life; default true. */
  checkModels?: boolean
  /** Limits that outlive this engine, e.g. over the shards that one process makes. */
  gates?: Gates
  /** Only these positions of the order in which things are drawn. */
  range?: PositionRange
  /** Told what the seed is, before anything is read of it; may throw. */
  onSeed?: (seed: OpenSeed) => void
}

/** How a run goes about templates and replies. */
export function runMode(settings: {
  compat: Compat | null
  runConfig: RunConfig
}): Pick<RunOptions, 'mode' | 'conversation' | 'keepsDropped'> {
  const { compat, runConfig } = settings
  return {
    mode: templateMode(compat, runConfig.jinjaRenderingEngine),
    conversation: runConfig,
    keepsDropped: runConfig.preserveDroppedColumns,
  }
}

/** Check a config, open its seed, ask its models for a sign of life. Throws before anything is spent. */
export async function openEngine(given: DataDesignerConfigBuilder, options: EngineOptions): Promise<Engine> {
  const { compat = null, toolServers = [], runConfig } = options
  const builder = takenBy(compat, given)
  const checked = { ...planned(builder), providers: options.providers, toolServers, compat, profile: profileOf(compat, runConfig) }
  const { plan: thePlan, seed } = await planOverSeed(checked, builder.seedConfig?.source ?? null, () => openSeed(builder, compat))
  const persons = new PersonFiles(options.managedAssetsPath ?? managedAssetsPath())
  const tools = new ToolServers(toolServers, builder.askedTools, compat !== null, { signal: options.signal })
  try {
    if (seed !== null) options.onSeed?.(seed)
    const looked = [...thePlan.processors.map(processor => processor.ready?.()), ...thePlan.columns.map(column => column.ready?.(persons))]
    const lacking = (await Promise.all(looked)).flatMap(problems => problems ?? [])
    if (lacking.length > 0) throw new ConfigProblems(lacking)
    const models = new Models(builder.askedModels, {
      providers: options.providers,
      ...(compat === null ? {} : { structuredOutput: 'prompt' as const, providerFirst: true }),
      ...(options.store === undefined ? {} : { store: options.store }),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
      ...(options.callSignal === undefined ? {} : { callSignal: options.callSignal }),
      ...(options.gates === undefined ? {} : { gates: options.gates }),
    })
    const aliases = thePlan.columns.flatMap(column => column.modelAliases)
    if (options.checkModels !== false) {
      await models.checkHealth(aliases, options.signal)
      await Promise.all([...toolAliasesOf(thePlan.columns)].map(alias => tools.box(alias).tools()))
    }
    return {
      plan: thePlan,
      models,
      hasSeed: seed !== null,
      seed,
      size: sizeOf(seed, builder, options.range),
      shared: {
        width: rowsInFlight(builder.askedModels),
        mark: standInMark(thePlan, standInsOf(builder.askedModels, options.providers)),
        model: (alias, column, row) => models.askedBy(alias, { column, row }),
        tools: alias => tools.box(alias),
        persons,
      },
      draw: (count, randomSeed, how = {}) => {
        const drawn = { count, seed: randomSeed, cycle: false, ...how }
        return options.range === undefined
          ? drawFrom(seed, builder, drawn)
          : drawRange(seed, { ...drawn, ...orderOf(builder) }, options.range)
      },
      async [Symbol.asyncDispose]() {
        seed?.close()
        persons[Symbol.dispose]()
        await tools[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    seed?.close()
    persons[Symbol.dispose]()
    await tools[Symbol.asyncDispose]()
    throw error
  }
}

/** What is not to be had of the persons that columns draw, nothing else being opened. */
export async function lackingPersons({ columns }: Plan, folder: string | null): Promise<Problem[]> {
  using persons = new PersonFiles(folder)
  const problems = await Promise.all(columns.map(column => column.ready?.(persons)))
  return problems.flatMap(found => found ?? []).map(problem => ({ ...problem, level: 'warning' }))
}

async function openSeed({ seedConfig, baseFolder }: DataDesignerConfigBuilder, compat: Compat | null): Promise<OpenSeed | null> {
  const source = seedConfig?.source ?? null
  if (source === null) return null
  return compat !== null && source.openAsDataDesigner !== undefined
    ? source.openAsDataDesigner(baseFolder, compat)
    : source.open(baseFolder)
}

/** A config as it is taken by those whose rules hold. */
export function takenBy(compat: Compat | null, builder: DataDesignerConfigBuilder): DataDesignerConfigBuilder {
  return compat === null ? builder : builder.asDataDesigner()
}

/** What of a builder is planned. */
export function planned({
  columns,
  askedModels,
  askedTools,
  processors,
  constraints,
  seedConfig,
  carried,
}: DataDesignerConfigBuilder): Planned {
  return { columns, modelConfigs: askedModels, toolConfigs: askedTools, processors, constraints, seedConfig, profilers: carried.profilers }
}

/** Aliases that the built-in stand-in answers for: whoever sees their cells must be told. */
export function standInsOf(configs: readonly ModelConfig[], providers: readonly ModelProvider[]): string[] {
  // One whose provider nobody knows was let pass, for no column asks it.
  const isStandIn = (config: ModelConfig) =>
    unknownProvider(config, providers) === null && providerOf(config, providers).providerType === 'stand-in'
  return configs.filter(isStandIn).map(({ alias }) => alias)
}

/** The column that says which cells are the stand-in's; none where there are none. */
function standInMark(thePlan: Plan, standIns: readonly string[]): Row {
  const columns = thePlan.columns.filter(column => column.modelAliases.some(alias => standIns.includes(alias))).map(({ name }) => name)
  return columns.length === 0 ? {} : { stand_in_columns: columns }
}

/** Enough rows to keep every model busy, and not so many that they fill the memory or that stopping takes long. */
function rowsInFlight(configs: readonly ModelConfig[]): number {
  return Math.min(1024, Math.max(16, 2 * configs.reduce((sum, config) => sum + config.maxParallelRequests, 0)))
}

async function* drawFrom(seed: OpenSeed | null, builder: DataDesignerConfigBuilder, options: DrawOptions): AsyncIterable<Drawn> {
  if (seed === null || builder.seedConfig === null) {
    for (let i = 0; i < options.count; i++) yield { key: String(i), row: {} }
    return
  }
  yield* drawRows(seed, { ...options, ...orderOf(builder) })
}

/** Which things of the seed are drawn, and in which order. */
function orderOf({ seedConfig }: DataDesignerConfigBuilder): Pick<DrawOptions, 'strategy' | 'selection'> {
  return seedConfig === null ? {} : { strategy: seedConfig.samplingStrategy, selection: seedConfig.selectionStrategy }
}

function sizeOf(seed: OpenSeed | null, { seedConfig }: DataDesignerConfigBuilder, range: PositionRange | undefined): number | null {
  if (range !== undefined) return range.end - range.first
  return seed === null ? null : (seedConfig?.selectionStrategy?.range(seed.size).count ?? seed.size)
}
