import { refuseUnknownOptions } from '../fields.ts'
import type { Json } from '../json/json.ts'
import type { Random } from '../random.ts'
import type { CustomModel } from './custom-model.ts'

/** What a generator function gets besides its row. */
export type GeneratorContext = {
  /** generatorParams of the column. */
  params: Json
  /** Models the function declared, by their aliases. */
  models: { [alias: string]: CustomModel }
  /** Aborted when the run is cancelled. */
  signal: AbortSignal
  /** A stream of its own for each row: a seed reproduces the run. */
  random: Random
  /** The same stream as a plain function, in [0, 1). */
  rng: () => number
}

/** What a generator function declares about itself. */
export type GeneratorMetadata = {
  /** Columns the row must have. */
  requiredColumns?: readonly string[]
  /** Columns it adds besides the one it is named for. */
  sideEffectColumns?: readonly string[]
  /** Aliases of the models it calls. */
  modelAliases?: readonly string[]
}

/** A row, or rows where the column may resize. */
type Returned = object | readonly object[]

/** A function that computes cells: from one row, or from all rows under `generationStrategy: 'full_column'`. */
// biome-ignore lint/suspicious/noExplicitAny: a generator narrows the row to the columns it knows
export type GeneratorFunction = ((row: any, context: GeneratorContext) => Returned | Promise<Returned>) & {
  /** What it declares about itself, as `customColumnGenerator` keeps it. */
  metadata?: Required<GeneratorMetadata>
}

/** How a custom column computes: a row at a time, or all rows at once. */
export type GenerationStrategy = 'cell_by_cell' | 'full_column'

/** Mark a function as a column generator and declare what it reads and adds. */
export function customColumnGenerator<F extends GeneratorFunction>(
  metadata: GeneratorMetadata,
  generate: F,
): F & Required<Pick<GeneratorFunction, 'metadata'>> {
  refuseUnknownOptions(metadata, ['required_columns', 'side_effect_columns', 'model_aliases'], 'customColumnGenerator')
  return Object.assign(generate, {
    metadata: {
      requiredColumns: metadata.requiredColumns ?? [],
      sideEffectColumns: metadata.sideEffectColumns ?? [],
      modelAliases: metadata.modelAliases ?? [],
    },
  })
}
