import type { ColumnConfig } from '../column/column.ts'
import { TracewrightError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import type { ModelConfig } from '../model/model-config.ts'
import type { SeedSource } from '../seed/seed.ts'
import type { SamplingStrategy, SelectionStrategy } from '../seed/select.ts'
import type { ProcessorConfig } from './processor.ts'

/** What a config is made of, read and not yet checked as a whole. */
export type ConfigParts = {
  /** The models, by their aliases. */
  modelConfigs: ModelConfig[]
  /** The columns, in their order. */
  columns: ColumnConfig[]
  /** What is done to finished rows, in order. */
  processors: ProcessorConfig[]
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

/** Parts of a config that are carried along as they were read, because nothing here acts on them; `processors` is what stands for none. */
export type CarriedConfig = {
  /** Constraints on samplers. */
  constraints: Json
  /** What is done to finished rows, in order. */
  processors: Json
  /** What Data Designer reports. */
  profilers: Json
  /** Tools of Data Designer. */
  toolConfigs: Json[]
}

/** Add a column or processor. Throws where its name is taken. */
export function addNamed<T extends { name: string }>(items: T[], item: T, what: 'column' | 'processor'): void {
  if (items.some(({ name }) => name === item.name))
    throw new TracewrightError('config', `Cannot add ${what} '${item.name}': there is a ${what} of that name already`)
  items.push(item)
}
