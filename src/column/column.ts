import type { Compat } from '../compat.ts'
import type { Fields } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import type { ConnectedModel } from '../model/connect.ts'
import type { ConverseOptions } from '../model/converse.ts'
import type { ToolBox } from '../model/tools/tool-box.ts'
import type { Random } from '../random.ts'
import type { Row } from '../row.ts'
import type { Persons } from '../sampler/persons.ts'

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
  /** Template; a true result skips. */
  when: string
  /** Default null. */
  value?: null | boolean | number | string
}

/** Something wrong with a column that can be known before anything runs. */
export type Problem = {
  /** Errors keep a config from running, warnings do not. */
  level: 'error' | 'warning'
  /** Column it is about; null: the config as a whole. */
  column: string | null
  /** What was found and what was expected. */
  message: string
  /** What to do about it. */
  hint?: string
}

/** A chat model by its alias, with what the alias is configured to send. */
export type AliasedModel = Pick<ConnectedModel, 'alias' | 'model' | 'parameters' | 'structuredOutput'>

/** Where pictures are that cells make: beside the rows, which hold their paths. */
export interface PictureFolder {
  /** Put a picture there, by its column and as base64; gives its path below the folder of the rows. Throws where it is none. */
  keep(column: string, base64: string): string
  /** A picture that was put there, as base64; null where a text is no path of one. */
  read(path: string): string | null
}

/** What a cell may use besides its row. */
export type CellContext = {
  /** Which row, stable over runs: '12', '12.3' for the fourth row made of it. */
  rowKey: string
  /** A stream of its own for each row and column. */
  random: Random
  /** The stream another column of the row has. */
  randomOf(column: string): Random
  /** Ends the work when it is raised. */
  signal: AbortSignal
  /** How often a reply that cannot be used is asked for again. */
  conversation?: Pick<ConverseOptions, 'maxConversationRestarts' | 'maxConversationCorrectionSteps'>
  /** The model of an alias. Throws where the config has none. */
  model(alias: string): AliasedModel
  /** The tools of an alias. Throws where the config has none. */
  tools(alias: string): ToolBox
  /** Datasets that persons are drawn from. */
  persons?: Persons
  /** Where pictures are put; absent: they stay in the rows, as base64. */
  pictures?: PictureFolder
}

/** How a column computes: row by row, or over all rows at once. */
export type Generator =
  | {
      /** Row by row. */
      kind: 'row'
      /** One row, or any number where the column may resize. What is thrown costs the row alone. */
      generate(row: Row, context: CellContext): Promise<Row[]>
    }
  | {
      /** All rows at once. */
      kind: 'table'
      /** As many rows, or any number where the column may resize. */
      generate(rows: Row[], context: CellContext): Promise<Row[]>
    }

/** How templates turn values into text, for the whole run. */
export type TemplateMode = {
  /** How values become text: as JSON has them, or as Python prints them. */
  values: 'json' | 'python'
  /** Which of Jinja it knows. */
  profile: 'full' | 'strict' | 'native'
  /** Whose way with replies and rubrics is followed. */
  compat?: Compat | null
}

/** A column of a config. */
export interface ColumnConfig {
  /** Value of `column_type` in configs. */
  readonly columnType: string
  /** Unique in the config and no column of the seed. */
  readonly name: string
  /** Whether the column is left out of the finished rows. */
  readonly drop: boolean
  /** Whether one row may become several, or none. */
  readonly allowResize: boolean
  /** Rows for which the column is not computed; null: none. */
  readonly skip: SkipConfig | null
  /** Whether the column is skipped too where one it reads was skipped. */
  readonly propagateSkip: boolean
  /** Columns it adds besides its own. */
  readonly sideEffectColumns: readonly string[]
  /** Columns it reads. Throws TracewrightError where a template cannot be read. */
  readonly requiredColumns: readonly string[]
  /** Aliases of the models it calls. */
  readonly modelAliases: readonly string[]
  /** What is wrong with it, as far as it knows by itself; `columns` are the names there are, `profile` which of Jinja its templates may use. */
  problems(columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[]
  /** Looks for what its cells need beside their rows, such as a dataset of persons, before anything is spent; gives what is not to be had. */
  ready?(persons: Persons): Promise<Problem[]>
  /** Ready to compute cells. */
  open(mode: TemplateMode): Generator
  /** The column as configs hold it, in snake case, every default written out. */
  toJSON(): JsonObject
}

/** A column of a type as a config has it, and what comes of it: for the docs, and for the tests every type is held to. */
export type ColumnExample = {
  /** Its name. */
  name: string
  /** What a config must say besides its type and name: it is refused where one of these keys is missing. */
  needs: JsonObject
  /** What it can say besides. */
  more?: JsonObject
  /** A row it can be computed for. */
  row: Row
  /** Columns it reads where it says all of this. Default: none. */
  reads?: readonly string[]
  /** Columns it adds besides its own where it says all of this. Default: none. */
  adds?: readonly string[]
  /** Aliases of the models it asks; one they all answer to is 'writer'. Default: none. */
  models?: readonly string[]
  /** What the model answers. Default: what the stand-in makes of the prompt. */
  reply?: string
  /** Functions that the config names. */
  functions?: ReadonlyMap<string, unknown>
  /** Whether it can be skipped for some rows. Default true. */
  skippable?: boolean
}

/** A kind of column as the registry knows it. */
export interface ColumnType<Name extends string = string> {
  /** Value of `column_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Keys of it in configs, besides those that all columns have. */
  readonly fields: Fields
  /** Rebuild a column from a config. `functions` holds what custom columns name. */
  fromJSON(config: JsonObject, functions: ReadonlyMap<string, unknown>): ColumnConfig
  /** How one looks, for the docs and for the tests every type is held to. */
  readonly example: ColumnExample
}

/** Define a column type; keeps its name as a literal type. */
export function defineColumn<const Name extends string>(type: ColumnType<Name>): ColumnType<Name> {
  return type
}
