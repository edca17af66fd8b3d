import type { ColumnConfig } from '../../column/column.ts'
import { TracewrightError } from '../../errors.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import type { ToolConfig } from '../../model/tools/tool-config.ts'
import { nearest } from '../../nearest.ts'
import type { SamplerConstraint } from '../../sampler/constraint.ts'
import type { ConfigParts, SeedConfig } from '../plan/config-parts.ts'
import type { ProcessorConfig } from '../processors/processor.ts'
import { type ConfigDefaults, modelsOf, toolsOf } from './config-defaults.ts'

/** What a config is made of, with ways to look it up and to take it out again. */
export class ConfigContents {
  /** The models, by their aliases. */
  readonly modelConfigs: ModelConfig[]
  /** The columns, in the order in which they were added. */
  readonly columns: ColumnConfig[]
  /** What is done to finished rows, in order. */
  readonly processors: ProcessorConfig[]
  /** What the draws of sampler columns are held to. */
  readonly constraints: SamplerConstraint[]
  /** Tools that columns may call, by their aliases. */
  readonly toolConfigs: ToolConfig[]
  /** Where rows come from; null: rows are made from nothing. */
  seedConfig: SeedConfig | null
  /** Models and tools that columns may name without the config defining them. They are not written into it. */
  defaults: ConfigDefaults = {}

  constructor(modelConfigs: readonly ModelConfig[], loaded: ConfigParts | undefined) {
    this.modelConfigs = [...modelConfigs]
    this.columns = [...(loaded?.columns ?? [])]
    this.processors = [...(loaded?.processors ?? [])]
    this.constraints = [...(loaded?.constraints ?? [])]
    this.toolConfigs = [...(loaded?.toolConfigs ?? [])]
    this.seedConfig = loaded?.seedConfig ?? null
  }

  /** The models that can be asked: those of the config, and of the default and predefined ones those that columns name by their aliases. */
  get askedModels(): ModelConfig[] {
    return modelsOf(this.columns, this.modelConfigs, this.defaults)
  }

  /** The tools that can be called: those of the config, and of the default ones those that columns name by their aliases. */
  get askedTools(): ToolConfig[] {
    return toolsOf(this.columns, this.toolConfigs, this.defaults)
  }

  /** Names that templates may read of the columns: their own, and those they add besides. The seed's are not among them. */
  get allowedReferences(): string[] {
    return [...new Set(this.columns.flatMap(column => [column.name, ...column.sideEffectColumns]))]
  }

  /** The column of a name. Throws where there is none. */
  getColumnConfig(name: string): ColumnConfig {
    const column = this.columns.find(column => column.name === name)
    if (column !== undefined) return column
    throw notThere(
      `column '${name}'`,
      name,
      this.columns.map(({ name }) => name),
    )
  }

  /** All columns, in the order in which they were added. */
  getColumnConfigs(): ColumnConfig[] {
    return [...this.columns]
  }

  /** Columns of a type, such as 'llm-text'. */
  getColumnsOfType(columnType: string): ColumnConfig[] {
    return this.columns.filter(column => column.columnType === columnType)
  }

  /** Columns of all other types. */
  getColumnsExcludingType(columnType: string): ColumnConfig[] {
    return this.columns.filter(column => column.columnType !== columnType)
  }

  /** How many columns of a type there are. */
  numColumnsOfType(columnType: string): number {
    return this.getColumnsOfType(columnType).length
  }

  /** The tools of an alias. Throws where there are none. */
  getToolConfig(alias: string): ToolConfig {
    const config = this.toolConfigs.find(({ toolAlias }) => toolAlias === alias)
    if (config !== undefined) return config
    throw notThere(
      `tools '${alias}'`,
      alias,
      this.toolConfigs.map(({ toolAlias }) => toolAlias),
    )
  }

  /** Constraints on a column. */
  getConstraints(targetColumn: string): SamplerConstraint[] {
    return this.constraints.filter(constraint => constraint.targetColumn === targetColumn)
  }

  /** All processors, in the order in which they are applied. */
  getProcessorConfigs(): ProcessorConfig[] {
    return [...this.processors]
  }

  /** Where rows come from; null: rows are made from nothing. */
  getSeedConfig(): SeedConfig | null {
    return this.seedConfig
  }

  /** Take a column out again. Throws where there is none of that name. */
  deleteColumn(name: string): this {
    removeFrom(this.columns, this.getColumnConfig(name))
    return this
  }

  /** Take a model out again. Throws where there is none of that alias. */
  deleteModelConfig(alias: string): this {
    const config = this.modelConfigs.find(config => config.alias === alias)
    if (config === undefined)
      throw notThere(
        `model '${alias}'`,
        alias,
        this.modelConfigs.map(({ alias }) => alias),
      )
    removeFrom(this.modelConfigs, config)
    return this
  }

  /** Take tools out again. Throws where there are none of that alias. */
  deleteToolConfig(alias: string): this {
    removeFrom(this.toolConfigs, this.getToolConfig(alias))
    return this
  }

  /** Take all constraints on a column out again. */
  deleteConstraints(targetColumn: string): this {
    for (const constraint of this.getConstraints(targetColumn)) removeFrom(this.constraints, constraint)
    return this
  }
}

function removeFrom<T>(items: T[], item: T): void {
  items.splice(items.indexOf(item), 1)
}

function notThere(what: string, name: string, known: string[]): TracewrightError {
  const guess = nearest(name, known)
  return new TracewrightError('config', `Found no ${what}, expected ${known.length === 0 ? 'one that was added' : known.join(', ')}`, {
    ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
  })
}
