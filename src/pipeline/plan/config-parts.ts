import type { ColumnConfig } from '../../column/column.ts'
import { TracewrightError } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import type { ToolConfig } from '../../model/tools/tool-config.ts'
import type { SamplerConstraint } from '../../sampler/constraint.ts'
import type { SeedSource } from '../../seed/seed.ts'
import type { SamplingStrategy, SelectionStrategy } from '../../seed/select.ts'
import type { ProcessorConfig } from '../processors/processor.ts'

/** What a config is made of, read and not yet checked as a whole. */
export type ConfigParts = {
  /** The models, by their aliases. */
  modelConfigs: ModelConfig[]
  /** The columns, in their order. */
  columns: ColumnConfig[]
  /** What is done to finished rows, in order. */
  processors: ProcessorConfig[]
  /** What the draws of sampler columns are held to. */
  constraints: SamplerConstraint[]
  /** Tools that columns may call, by their aliases. */
  toolConfigs: ToolConfig[]
  /** Where rows come from; null: rows are made from nothing. */
  seedConfig: SeedConfig | null
  /** Of the library that wrote it. */
  libraryVersion: string | null
  /** Whether columns say `allow_resize`. */
  writesResize: boolean
  /** Parts that are kept as they were read. */
  carried: CarriedConfig
}

/** Where rows come from and which of them are used. */
export type SeedConfig = {
  /** Where rows come from. */
  source: SeedSource
  /** The order in which rows are drawn. Default 'ordered'. */
  samplingStrategy: SamplingStrategy
  /** Which part of the seed is used; null: all of it. */
  selectionStrategy: SelectionStrategy | null
}

/** What stands in a config as it was read: for constraints and processors what is written where there are none, and profilers, which nothing here runs. */
export type CarriedConfig = {
  /** What stands for no constraint: null or an empty list. */
  constraints: Json
  /** What stands for no processor: null or an empty list. */
  processors: Json
  /** What Data Designer reports. */
  profilers: Json
}

/** Add a column or processor. Throws where its name is taken; whoever adds many keeps the names (`taken`). */
export function addNamed<T extends { name: string }>(
  items: T[],
  item: T,
  what: 'column' | 'processor',
  taken: Set<string> = new Set(items.map(({ name }) => name)),
): void {
  if (taken.size === taken.add(item.name).size)
    throw new TracewrightError('config', `Cannot add ${what} '${item.name}': there is a ${what} of that name already`)
  items.push(item)
}

/** Add tools. Throws where their alias is taken; whoever adds many keeps the aliases (`taken`). */
export function addTools(
  items: ToolConfig[],
  item: ToolConfig,
  taken: Set<string> = new Set(items.map(({ toolAlias }) => toolAlias)),
): void {
  if (taken.size === taken.add(item.toolAlias).size)
    throw new TracewrightError('config', `Cannot add tools '${item.toolAlias}': there are tools of that alias already`)
  items.push(item)
}
