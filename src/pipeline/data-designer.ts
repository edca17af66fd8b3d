import { COMPATS, type Compat } from '../compat.ts'
import { picturesInRows } from '../dataset/run/pictures.ts'
import { TracewrightError } from '../errors.ts'
import { refuseMore, refuseUnknownOptions } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { ownValue, setOwn } from '../json/own.ts'
import { milliseconds } from '../milliseconds.ts'
import type { ModelConfig } from '../model/model-config.ts'
import { ModelProvider } from '../model/model-provider.ts'
import { PREDEFINED_MODELS } from '../model/predefined-models.ts'
import { PREDEFINED_PROVIDERS } from '../model/predefined-providers.ts'
import { type ToolServer, toolServerFrom } from '../model/tools/mcp-provider.ts'
import { ToolServers } from '../model/tools/tool-servers.ts'
import { freshSeed } from '../random.ts'
import type { Row } from '../row.ts'
import { type Drawn, type DrawOptions, repeatsSentence } from '../seed/draw.ts'
import { countFrom, isCount } from '../whole-number.ts'
import { RowAnalysis } from './analysis/dataset-analysis.ts'
import { TokenCount } from './analysis/token-count.ts'
import { type CheckOptions, checkModels, type ModelCheck } from './check-models.ts'
import { checkTools, type ToolCheck } from './check-tools.ts'
import type { DataDesignerConfigBuilder } from './config/builder.ts'
import { createDataset } from './create.ts'
import { Bill } from './creation/bill.ts'
import { CREATE_OPTIONS, type CreateOptions, type CreateSettings } from './creation/create-options.ts'
import { checkDesignerOptions, type DataDesignerOptions } from './designer-options.ts'
import { lackingPersons, openEngine, planned, runMode, standInsOf, takenBy } from './engine.ts'
import { sentenceOf } from './plan/config-problems.ts'
import { lookedAt, planOverSeed } from './plan/plan-over-seed.ts'
import { PREVIEW_KEYS, type PreviewOptions } from './preview-options.ts'
import { ReplyMemory } from './replies/reply-memory.ts'
import type { DatasetCreationResults } from './results/creation-results.ts'
import { PreviewResults } from './results/preview-results.ts'
import type { Failure } from './rows/failure.ts'
import { run } from './rows/run.ts'
import { RunConfig, type RunConfigOptions } from './rows/run-config.ts'
import { profileOf } from './rows/template-mode.ts'
import { managedAssetsPath } from './settings/managed-assets.ts'
import { CompositeWorkflow } from './workflow/workflow.ts'

/** How long a tool server is waited for. */
export type ToolNamesOptions = {
  /** Seconds until it counts as one that does not answer. Default 10. */
  timeoutSec?: number
}

/** What was found in a config that can run. */
export type ValidConfig = {
  /** Sentences about what is odd, and may be meant. */
  warnings: string[]
  /** Its columns, in the order in which they are computed. */
  columns: string[]
}

/** Runs pipelines: checks them, previews them, makes datasets of them. */
export class DataDesigner {
  private readonly providers: readonly ModelProvider[]
  private readonly options: DataDesignerOptions
  private readonly toolServers: readonly ToolServer[]
  private readonly compat: Compat | null
  private readonly managedAssetsPath: string | null
  private config: RunConfig
  /** Replies of previews, so that `create` does not pay for them again. */
  private readonly replies = new ReplyMemory()
  /** Seed of the last preview: what it showed is what `create` begins with. */
  private lastSeed: number | null = null

  constructor(options: DataDesignerOptions = {}) {
    checkDesignerOptions(options)
    this.options = options
    this.managedAssetsPath = options.managedAssetsPath ?? managedAssetsPath()
    this.providers = (options.modelProviders ?? []).map(each => (each instanceof ModelProvider ? each : ModelProvider.fromJSON(each)))
    this.toolServers = (options.mcpProviders ?? []).map(toolServerFrom)
    this.compat = options.compat ?? null
    if (this.compat !== null && !COMPATS.includes(this.compat))
      throw new TracewrightError('usage', `compat: found '${this.compat}', expected ${COMPATS.join(' or ')}`, { where: 'DataDesigner' })
    const { runConfig = {} } = options
    this.config = RunConfig.from(runConfig)
  }

  /** Folder that datasets and workflows are made in, where nothing else is said. */
  get artifactPath(): string {
    return this.options.artifactPath ?? 'artifacts'
  }

  /** How runs go. */
  get runConfig(): RunConfig {
    return this.config
  }

  /** Have the runs that begin from now on go otherwise. */
  setRunConfig(given: RunConfig | RunConfigOptions | JsonObject): void {
    this.config = RunConfig.from(given)
  }

  /** The models that columns may name without a config defining them. */
  getDefaultModelConfigs(): ModelConfig[] {
    return [...PREDEFINED_MODELS]
  }

  /** The providers that models may name without anybody defining them. */
  getDefaultModelProviders(): ModelProvider[] {
    return [...PREDEFINED_PROVIDERS]
  }

  /** Names of the tools that one of the servers has, which is started, or asked, for it. Throws where there is no such server. */
  async listMcpToolNames(provider: string, options: ToolNamesOptions = {}): Promise<string[]> {
    refuseUnknownOptions(options, ['timeoutSec'], 'listMcpToolNames')
    await using servers = new ToolServers(this.toolServers, [], false, { startMs: milliseconds(options.timeoutSec ?? 10) })
    return await servers.toolNames(provider)
  }

  /** Check a config without calling any model or reading any log. Gives warnings; throws `ConfigProblems` with every mistake. */
  async validate(given: DataDesignerConfigBuilder, ...more: never[]): Promise<ValidConfig> {
    refuseMore(more, 'validate', 'a builder')
    const { compat, providers, toolServers } = this
    const builder = takenBy(compat, given)
    const asked = { ...planned(builder), providers, toolServers, compat, profile: profileOf(compat, this.runConfig) }
    const source = builder.seedConfig?.source ?? null
    const { plan: checked, seed } = await planOverSeed(asked, source, async () =>
      source === null ? null : lookedAt(source, builder.baseFolder, compat),
    )
    seed?.close()
    const warnings = [...checked.warnings, ...(await lackingPersons(checked, this.managedAssetsPath))]
    return { warnings: [...this.runConfig.warnings, ...warnings.map(sentenceOf)], columns: checked.columns.map(({ name }) => name) }
  }

  /**
   * Ask each model that columns name for one word, of a config without columns each it has, and tell which do not answer. Nothing is thrown
   * for those. One that does not is asked so often in all (default 1), after so many seconds times the tries before it (default 0).
   */
  async checkModels(builder: DataDesignerConfigBuilder, options: CheckOptions = {}): Promise<ModelCheck[]> {
    return checkModels(builder, this.providers, options)
  }

  /** Start, or ask, the servers of the tools that columns name, and list the tools. Nothing is thrown for servers that do not answer. */
  async checkTools(builder: DataDesignerConfigBuilder, ...more: never[]): Promise<ToolCheck[]> {
    refuseMore(more, 'checkTools', 'a builder')
    return checkTools(builder, this.toolServers, this.compat)
  }

  /**
   * Make a few rows, in memory. A row that fails becomes a failure with its cause and the others go on; throws where the config is
   * wrong, the seed cannot be read, or a model cannot be reached.
   */
  async preview(given: DataDesignerConfigBuilder, options: PreviewOptions = {}): Promise<PreviewResults> {
    refuseUnknownOptions(options, PREVIEW_KEYS, 'preview')
    const builder = takenBy(this.compat, given)
    const { numRecords = 10, skip = 0, signal = new AbortController().signal, onRow } = options
    if (!isCount(numRecords, 1)) throw new TracewrightError('usage', `Cannot preview ${numRecords} records: expected ${countFrom(1)}`)
    const cycle = options.repeatSeed ?? (options.numRecords !== undefined || this.compat !== null)
    const again: string[] = []
    const how: Pick<DrawOptions, 'cycle' | 'onAgain'> = { cycle, onAgain: repeats => void again.push(repeatsSentence(repeats)) }
    const seed = this.options.seed ?? freshSeed()
    this.lastSeed = seed
    const store = options.repliesPath === undefined ? this.replies : ReplyMemory.onDisk(options.repliesPath)
    const tokens = new TokenCount()
    const engine = await openEngine(builder, {
      providers: this.providers,
      toolServers: this.toolServers,
      managedAssetsPath: this.managedAssetsPath,
      compat: this.compat,
      runConfig: this.runConfig,
      signal,
      store,
      observer: tokens,
    })
    const analysis = new RowAnalysis({
      columns: builder.columns,
      seedColumns: engine.plan.seedColumns,
      asDataDesigner: this.compat !== null,
    })
    const dataset: Row[] = []
    const failures: Failure[] = []
    const skipped: Failure[] = []
    const processorArtifacts: { [processor: string]: Row[] } = {}
    {
      using _store = store
      await using _engine = engine
      let drawn = 0
      const outcomes = run(
        engine.plan,
        each(passingOver(skip, engine.draw(skip + numRecords, seed, how)), () =>
          onRow?.({ drawn: ++drawn, finished: dataset.length, failed: failures.length }),
        ),
        {
          seed,
          ...runMode({ compat: this.compat, runConfig: this.runConfig }),
          signal,
          ...engine.shared,
          pictures: picturesInRows(engine.seed?.run ?? null),
        },
      )
      for await (const outcome of outcomes) {
        if ('failure' in outcome) (outcome.failure.kind === 'skipped' ? skipped : failures).push(outcome.failure)
        else {
          dataset.push(outcome.row)
          analysis.add(outcome.row)
          for (const [name, made] of Object.entries(outcome.artifacts)) {
            const all = ownValue(processorArtifacts, name)
            if (all === undefined) setOwn(processorArtifacts, name, [made])
            else all.push(made)
          }
        }
        onRow?.({ drawn, finished: dataset.length, failed: failures.length })
      }
    }
    signal.throwIfAborted()
    return new PreviewResults({
      builder,
      analysis: analysis.finish(numRecords, column => tokens.statistics(column)),
      dataset,
      compat: this.compat,
      failures,
      skipped,
      processorArtifacts,
      usage: engine.models.tally.toJSON(),
      standIns: standInsOf(builder.askedModels, this.providers),
      seed,
      first: skip,
      seedColumns: engine.plan.seedColumns,
      warnings: [...this.runConfig.warnings, ...again, ...engine.plan.warnings.map(sentenceOf)],
    })
  }

  /**
   * Make a dataset, in a folder: rows, rejects, replies and bill are safe as the run goes, and a stopped or killed run goes on where it
   * was. Throws where the config is wrong, the seed cannot be read, a model cannot be reached, or the folder holds another run.
   */
  async create(builder: DataDesignerConfigBuilder, options: CreateOptions = {}): Promise<DatasetCreationResults> {
    refuseUnknownOptions(options, CREATE_OPTIONS, 'create')
    return createDataset(takenBy(this.compat, builder), this.settingsOf(options))
  }

  /** Stages that are run one after the other, each over the rows that the one before made. */
  composeWorkflow(options: Pick<CompositeWorkflow, 'name'>): CompositeWorkflow {
    refuseUnknownOptions(options, ['name'], 'composeWorkflow')
    return new CompositeWorkflow(
      options.name,
      (builder, options, anew) => createDataset(takenBy(this.compat, builder), { ...this.settingsOf(options), anew }),
      (builder, prices) => new Bill(takenBy(this.compat, builder).askedModels, this.providers, prices).unpriced,
      this.compat,
      this.artifactPath,
    )
  }

  private settingsOf(options: CreateOptions): CreateSettings {
    return {
      ...this.runConfig.createOptions,
      artifactPath: this.artifactPath,
      ...options,
      providers: this.providers,
      toolServers: this.toolServers,
      managedAssetsPath: this.managedAssetsPath,
      compat: this.compat,
      runConfig: this.runConfig,
      seed: this.options.seed ?? null,
      previewSeed: this.lastSeed,
      earlier: this.replies,
    }
  }
}

/** The outcomes behind so many rows. */
async function* passingOver(rows: number, outcomes: AsyncIterable<Drawn>): AsyncIterable<Drawn> {
  let left = rows
  for await (const outcome of outcomes) {
    if (left === 0) yield outcome
    else if ('row' in outcome) left--
  }
}

async function* each<T>(items: AsyncIterable<T>, onItem: () => void): AsyncIterable<T> {
  for await (const item of items) {
    onItem()
    yield item
  }
}
