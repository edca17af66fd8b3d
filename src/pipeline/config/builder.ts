import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ColumnConfig } from '../../column/column.ts'
import { columnFromJSON } from '../../column/from-json.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions, snakeCased } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ToolConfig } from '../../model/tools/tool-config.ts'
import { packageVersion } from '../../package-version.ts'
import { constraintFromJSON, type SamplerConstraint } from '../../sampler/constraint.ts'
import type { SeedSource } from '../../seed/seed.ts'
import type { SamplingStrategy, SelectionStrategy } from '../../seed/select.ts'
import { addNamed, addTools, type CarriedConfig, type ConfigParts } from '../plan/config-parts.ts'
import { checkProfiler, type JudgeScoreProfilerConfig, PROFILER_FIELDS } from '../plan/profiler.ts'
import type { ProcessorConfig } from '../processors/processor.ts'
import { processorFromJSON } from '../processors/processor-from-json.ts'
import { checkLoadOptions } from './check-load-options.ts'
import { ConfigContents } from './config-contents.ts'
import { isFar } from './far-config.ts'
import { type LoadOptions, partsFromJSON } from './load.ts'
import { partsFromFile } from './load-file.ts'
import { yamlText } from './yaml/yaml-text.ts'

/** Puts a pipeline together: models, a seed, columns. Nothing is checked against each other and nothing runs until it is asked for. */
export class DataDesignerConfigBuilder extends ConfigContents {
  /** Folder from which relative paths of the seed are taken: that of the file the config was loaded from; null: the working folder. */
  baseFolder: string | null = null
  /** What stands in the config as it was read. */
  readonly carried: CarriedConfig
  private readonly libraryVersion: string | null
  private readonly writesResize: boolean | null

  constructor(
    options: {
      /** The models, by their aliases; objects in Data Designer's snake case will do. */
      modelConfigs?: (ModelConfig | JsonObject)[]
      /** @internal Set when a config is loaded, so that it is written back as it was. */
      loaded?: ConfigParts
    } = {},
  ) {
    refuseUnknownOptions(options, ['model_configs', 'loaded'], 'DataDesignerConfigBuilder')
    const { loaded } = options
    const models = options.modelConfigs ?? loaded?.modelConfigs ?? []
    super(
      models.map(config => (config instanceof ModelConfig ? config : ModelConfig.fromJSON(config))),
      loaded,
    )
    this.libraryVersion = loaded?.libraryVersion ?? null
    this.writesResize = loaded?.writesResize ?? null
    this.carried = { ...(loaded?.carried ?? NOTHING_CARRIED) }
  }

  /** Load a config: a path to YAML, JSON or a module, the address of YAML or JSON, or an object in Data Designer's schema. Throws with every mistake and its place. */
  static async fromConfig(config: string | JsonObject, options: LoadOptions = {}): Promise<DataDesignerConfigBuilder> {
    return typeof config === 'string' ? loadConfig(config, options) : configFromJSON(config, options)
  }

  /** Take rows from a seed. */
  withSeedDataset(
    source: SeedSource,
    options: {
      /** In which order. Default: 'ordered'. */
      samplingStrategy?: SamplingStrategy
      /** Which of them. Default: all. */
      selectionStrategy?: SelectionStrategy | null
    } = {},
  ): this {
    refuseUnknownOptions(options, ['sampling_strategy', 'selection_strategy'], 'withSeedDataset')
    this.seedConfig = {
      source,
      samplingStrategy: options.samplingStrategy ?? 'ordered',
      selectionStrategy: options.selectionStrategy ?? null,
    }
    return this
  }

  /** Add a column, as a config or as an object in Data Designer's snake case. Throws where the name is taken. */
  addColumn(given: ColumnConfig | JsonObject): this {
    addNamed(this.columns, 'open' in given ? (given as ColumnConfig) : columnFromJSON(given), 'column')
    return this
  }

  /** Add a model, as a config or as an object in Data Designer's snake case. Throws where the alias is taken. */
  addModelConfig(given: ModelConfig | JsonObject): this {
    const config = given instanceof ModelConfig ? given : ModelConfig.fromJSON(given)
    if (this.modelConfigs.some(({ alias }) => alias === config.alias))
      throw new TracewrightError('config', `Cannot add model '${config.alias}': there is a model of that alias already`)
    this.modelConfigs.push(config)
    return this
  }

  /** Add tools, as a config or as an object in Data Designer's snake case. Throws where the alias is taken. */
  addToolConfig(given: ToolConfig | JsonObject): this {
    addTools(this.toolConfigs, given instanceof ToolConfig ? given : ToolConfig.fromJSON(given))
    return this
  }

  /** Hold the draws of a sampler column to a constraint. */
  addConstraint(given: SamplerConstraint | JsonObject): this {
    this.constraints.push('holds' in given ? (given as SamplerConstraint) : constraintFromJSON(given, 'a constraint'))
    return this
  }

  /** Add a profiler, as a config or as an object in Data Designer's snake case. It is written back with the config. Throws where it is none. */
  addProfiler(given: JudgeScoreProfilerConfig | JsonObject): this {
    const profiler = snakeCased(given, PROFILER_FIELDS)
    checkProfiler(profiler, 'a profiler')
    this.carried.profilers = [...this.getProfilers(), profiler]
    return this
  }

  /** All profilers, as they are written. */
  getProfilers(): JsonObject[] {
    const { profilers } = this.carried
    return Array.isArray(profilers) ? profilers.filter(isObject) : []
  }

  /** Add a processor, as a config or as an object in Data Designer's snake case; they are applied in the order in which they are added. Throws where the name is taken. */
  addProcessor(given: ProcessorConfig | JsonObject): this {
    addNamed(this.processors, 'open' in given ? (given as ProcessorConfig) : processorFromJSON(given), 'processor')
    return this
  }

  /**
   * The config as Data Designer takes it. Where names repeat the last of each counts: a column in the place of the first of its name, a
   * processor in that of the last. Agent logs are read into its rows. The same builder where that changes nothing.
   */
  asDataDesigner(): DataDesignerConfigBuilder {
    const columns = [...new Map(this.columns.map(column => [column.name, column])).values()]
    const modelConfigs = lastOf(this.modelConfigs, ({ alias }) => alias)
    const toolConfigs = lastOf(this.toolConfigs, ({ toolAlias }) => toolAlias)
    const processors = lastOf(this.processors, ({ name }) => name)
    const repeats = [
      [columns, this.columns],
      [modelConfigs, this.modelConfigs],
      [toolConfigs, this.toolConfigs],
      [processors, this.processors],
    ].some(([kept, all]) => kept!.length < all!.length)
    const { constraints, libraryVersion, carried } = this
    const source = this.seedConfig?.source.asDataDesigner?.()
    if (!repeats && source === undefined) return this
    const seedConfig = this.seedConfig === null ? null : { ...this.seedConfig, ...(source === undefined ? {} : { source }) }
    const loaded = { columns, modelConfigs, toolConfigs, processors, constraints, seedConfig, libraryVersion, carried }
    const builder = new DataDesignerConfigBuilder({ loaded: { ...loaded, writesResize: this.writesResize ?? false } })
    builder.baseFolder = this.baseFolder
    return builder
  }

  /** The config alone, in Data Designer's schema: that of `toJSON` without the version that wrote it. */
  build(): JsonObject {
    return this.toJSON()['data_designer'] as JsonObject
  }

  /** The config in Data Designer's schema: snake case, every default written out. */
  toJSON(): JsonObject {
    return this.describe(source => source.toJSON())
  }

  /** The config in Data Designer's schema, its source in words of the caller's. */
  describe(sourceJSON: (source: SeedSource) => JsonObject): JsonObject {
    const writesResize = this.writesResize ?? this.columns.some(column => column.allowResize)
    const { constraints, profilers, processors } = this.carried
    return {
      data_designer: {
        columns: this.columns.map(column => {
          const { allow_resize, ...json } = column.toJSON()
          return writesResize ? { ...json, allow_resize: allow_resize ?? false } : json
        }),
        model_configs: this.modelConfigs.map(config => config.toJSON()),
        tool_configs: this.toolConfigs.map(config => config.toJSON()),
        seed_config:
          this.seedConfig === null
            ? null
            : {
                source: sourceJSON(this.seedConfig.source),
                sampling_strategy: this.seedConfig.samplingStrategy,
                selection_strategy: this.seedConfig.selectionStrategy?.toJSON() ?? null,
              },
        constraints: this.constraints.length === 0 ? constraints : this.constraints.map(constraint => constraint.toJSON()),
        profilers,
        processors: this.processors.length === 0 ? processors : this.processors.map(processor => processor.toJSON()),
      },
      library_version: this.libraryVersion ?? packageVersion(),
    }
  }

  /** The config as YAML, to the byte as Data Designer writes it: keys sorted, text folded at 80 columns. */
  toYAML(): string {
    return yamlText(this.toJSON())
  }

  /** Write the config to a `.yaml`, `.yml` or `.json` file. */
  writeConfig(
    path: string,
    options: {
      /** Spaces that a level of JSON is set in by. Default 2. */
      indent?: number
    } = {},
  ): void {
    refuseUnknownOptions(options, ['indent'], 'writeConfig')
    if (/\.ya?ml$/.test(path)) writeFileSync(path, this.toYAML())
    else if (path.endsWith('.json')) writeFileSync(path, `${writeJson(this.toJSON(), options.indent ?? 2)}\n`)
    else throw new TracewrightError('usage', `Cannot write config '${path}': expected a name that ends in .yaml, .yml or .json`)
  }
}

/**
 * Load a config: YAML or JSON in Data Designer's schema, here or at an address (https://…), or a TypeScript or JavaScript module that exports
 * a builder (as `configBuilder`, as default, or from `loadConfigBuilder()`).
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<DataDesignerConfigBuilder> {
  checkLoadOptions(options)
  const loaded = await partsFromFile(path, options)
  const builder = 'exported' in loaded ? (loaded.exported as DataDesignerConfigBuilder) : new DataDesignerConfigBuilder({ loaded })
  // Relative paths of a seed are those of the file that names them, wherever the command line runs.
  builder.baseFolder ??= isFar(path) ? process.cwd() : dirname(resolve(path))
  if (options.defaults !== undefined) builder.defaults = options.defaults
  return builder
}

/** Build a config from Data Designer's schema, with or without the `data_designer` wrapper. Throws with every mistake and its place. */
export function configFromJSON(config: Json, options: LoadOptions = {}): DataDesignerConfigBuilder {
  checkLoadOptions(options)
  const builder = new DataDesignerConfigBuilder({ loaded: partsFromJSON(config, options) })
  builder.defaults = options.defaults ?? {}
  return builder
}

const NOTHING_CARRIED: CarriedConfig = { constraints: null, processors: null, profilers: null }

function lastOf<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items.filter((item, i) => !items.slice(i + 1).some(later => keyOf(later) === keyOf(item)))
}
