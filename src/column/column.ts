import type { Compat } from '../compat.ts'
import type { JsonObject } from '../json/json.ts'
import type { ConnectedModel } from '../model/connect.ts'
import type { ConverseOptions } from '../model/converse.ts'
import type { ToolBox } from '../model/tools/tool-box.ts'
import type { Random } from '../random.ts'
import type { Row } from '../row.ts'

/** Settings every column has. */
export type CommonColumnOptions = {
  /** Name of the column; unique in the config and not a seed column. */
  name: string
  /** Leave the column out of the finished rows. Default false. */
  drop?: boolean
  /** Whether one row may become several, or none. Default false. */
  allowResize?: boolean
  /** Rows for which the column is not computed. */
  skip?: SkipConfig | null
  /** Skip the column too where a column it reads was skipped. Default true. */
  propagateSkip?: boolean
}

/** When to skip a cell, and what to put there instead. */
export type SkipConfig = {
  when: string // template; a true result skips
  value?: null | boolean | number | string // default null
}

/** Something wrong with a column that can be known before anything runs. */
export type Problem = { level: 'error' | 'warning'; column: string | null; message: string; hint?: string }

/** A chat model by its alias, with what the alias is configured to send. */
export type AliasedModel = Pick<ConnectedModel, 'alias' | 'model' | 'parameters' | 'structuredOutput'>

/** What a cell may use besides its row. */
export type CellContext = {
  rowKey: string // which row, stable over runs: '12', '12.3' for the fourth row made of it
  random: Random // a stream of its own for each row and column
  randomOf(column: string): Random // the stream another column of the row has
  signal: AbortSignal
  conversation?: Pick<ConverseOptions, 'maxConversationRestarts' | 'maxConversationCorrectionSteps'> // how often a reply that cannot be used is asked for again
  model(alias: string): AliasedModel
  tools(alias: string): ToolBox
}

/** How a column computes: row by row, or over all rows at once. */
export type Generator =
  | { kind: 'row'; generate(row: Row, context: CellContext): Promise<Row[]> } // one row, or any number where the column may resize
  | { kind: 'table'; generate(rows: Row[], context: CellContext): Promise<Row[]> }

/** How templates turn values into text, for the whole run; `compat`: whose way with replies and rubrics is followed. */
export type TemplateMode = { values: 'json' | 'python'; profile: 'full' | 'strict' | 'native'; compat?: Compat | null }

/** A column of a config. */
export interface ColumnConfig {
  readonly columnType: string
  readonly name: string
  readonly drop: boolean
  readonly allowResize: boolean
  readonly skip: SkipConfig | null
  readonly propagateSkip: boolean
  /** Columns it adds besides its own. */
  readonly sideEffectColumns: readonly string[]
  /** Columns it reads. Throws TracewrightError where a template cannot be read. */
  readonly requiredColumns: readonly string[]
  /** Aliases of the models it calls. */
  readonly modelAliases: readonly string[]
  /** What is wrong with it, as far as it knows by itself; `columns` are the names there are. */
  problems(columns: ReadonlySet<string>): Problem[]
  /** Ready to compute cells. */
  open(mode: TemplateMode): Generator
  /** The column as configs hold it, in snake case, every default written out. */
  toJSON(): JsonObject
}

/** A kind of column as the registry knows it. */
export interface ColumnType<Name extends string = string> {
  /** Value of `column_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Rebuild a column from a config. `functions` holds what custom columns name. */
  fromJSON(config: JsonObject, functions: ReadonlyMap<string, unknown>): ColumnConfig
}

/** Define a column type; keeps its name as a literal type. */
export function defineColumn<const Name extends string>(type: ColumnType<Name>): ColumnType<Name> {
  return type
}
