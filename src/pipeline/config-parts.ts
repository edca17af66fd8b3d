import type { ColumnConfig } from '../column/column.ts'
import { TracewrightError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import type { ModelConfig } from '../model/model-config.ts'
import type { SeedSource } from '../seed/seed.ts'
import type { SamplingStrategy, SelectionStrategy } from '../seed/select.ts'
import type { ProcessorConfig } from './processor.ts'

/** What a config is made of, read and not yet checked as a whole. */
export type ConfigParts = {
  modelConfigs: ModelConfig[]
  columns: ColumnConfig[]
  processors: ProcessorConfig[]
  seedConfig: SeedConfig | null
  /** Of the library that wrote it. */
  libraryVersion: string | null
  /** Whether columns say `allow_resize`. */
  writesResize: boolean
  carried: CarriedConfig
}

/** Where rows come from and which of them are used. */
export type SeedConfig = { source: SeedSource; samplingStrategy: SamplingStrategy; selectionStrategy: SelectionStrategy | null }

/** Parts of a config that are carried along as they were read, because nothing here acts on them; `processors` is what stands for none. */
export type CarriedConfig = { constraints: Json; processors: Json; profilers: Json; toolConfigs: Json[] }

/** Add a column or processor. Throws where its name is taken. */
export function addNamed<T extends { name: string }>(items: T[], item: T, what: 'column' | 'processor'): void {
  if (items.some(({ name }) => name === item.name))
    throw new TracewrightError('config', `Cannot add ${what} '${item.name}': there is a ${what} of that name already`)
  items.push(item)
}
