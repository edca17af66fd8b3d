import type { Problem, TemplateMode } from '../../column/column.ts'
import type { Fields } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import type { Random } from '../../random.ts'
import type { Row } from '../../row.ts'

/** A finished row after a processor: the row of the dataset, and a row beside it where the processor makes one. */
export type Processed = {
  /** The row of the dataset. */
  row: Row
  /** The row beside it; null: none. */
  artifact: Row | null
}

/** Works on one finished row; `random` is a stream of its own for each row and processor. Throws TracewrightError. */
export type Processor = (row: Row, random: Random) => Processed

/** A dataset that is whole, for a processor that works on all of it. */
export type FinishedDataset = {
  /** Its rows, one after the other. */
  rows: AsyncIterable<Row>
  /** Folder for what the processor makes; it need not be there yet. */
  folder: string
  /** Whether rows were made since the processor last saw it. */
  isNew: boolean
}

/** What is done to rows when all their columns are there, columns that are left out of the dataset included. */
export interface ProcessorConfig {
  /** Value of `processor_type` in configs. */
  readonly processorType: string
  /** Unique in the config; rows made beside the dataset go by it. */
  readonly name: string
  /** Columns it cannot do without. */
  readonly requiredColumns: readonly string[]
  /** What else is wrong with it, among these columns; `profile` says which of Jinja its templates may use. */
  problems(columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[]
  /** Looks for what it needs beside the rows, such as a model's files, before anything is spent; gives what is not to be had. */
  ready?(): Promise<Problem[]>
  /** Which of these columns the dataset still has after it. */
  keeps(columns: ReadonlySet<string>): ReadonlySet<string>
  /** Ready to work on rows. */
  open(mode: TemplateMode): Processor
  /** What it does with the dataset when it is whole; not called for one that was stopped. */
  finish?(dataset: FinishedDataset): Promise<void>
  /** The processor as configs hold it, in snake case. */
  toJSON(): JsonObject
}

/** A processor of a type as a config has it: for the docs, and for the tests every type is held to. */
export type ProcessorExample = {
  /** What a config says besides its type and name: it is refused where one of these keys is missing. */
  needs: JsonObject
  /** What else it can say. */
  more?: JsonObject
  /** A row it can work on. */
  row: Row
}

/** A kind of processor as the registry knows it. */
export interface ProcessorKind<Name extends string = string> {
  /** Value of `processor_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Keys of it in configs. */
  readonly fields: Fields
  /** Rebuild a processor from a config. */
  fromJSON(config: JsonObject): ProcessorConfig
  /** How one looks, for the docs and for the tests every type is held to. */
  readonly example: ProcessorExample
}

/** Keys that every processor has. */
export const PROCESSOR_FIELDS: Fields = {
  processor_type: ['text', '', 'which kind of processor'],
  name: ['text', '', 'name of the processor; unique'],
}

/** Define a processor type; keeps its name as a literal type. */
export function defineProcessor<const Name extends string>(type: ProcessorKind<Name>): ProcessorKind<Name> {
  return type
}
