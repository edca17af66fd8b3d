import type { StoreTypes } from '../store-type.ts'
import type { Example, TrainingMessage } from './conversation/example.ts'
import type { Written } from './conversation/json-line.ts'
import type { ChatTemplate } from './tokenizer/chat-template.ts'
import type { View } from './view.ts'

/** A row as a trainer reads it, the messages it holds in their order, and which of them it trains. */
export type DialectRow = {
  row: { [column: string]: Written }
  messages: readonly TrainingMessage[]
  trained: readonly boolean[]
  pieces?: readonly TextPiece[] // of a row of tokens: its text as the template renders it
  unlearnt?: string // why answers that were to be trained stand in the row as what is to be avoided
}

/** A stretch of the text of a row of tokens whose tokens are all trained, or none of them. */
export type TextPiece = { trained: boolean; text: string }

/** What a dialect needs beside the example. */
export type DialectContext = { template: ChatTemplate | null; isParquet: boolean }

/** The form a trainer wants its rows in. */
export interface Dialect<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** What a view has to give for it. */
  readonly takes: readonly View['gives'][]
  /**
   * How the trainer is told what to train: by message, by the last message of a row alone, or not at all. Where it cannot be told,
   * rows are cut so that all they hold of the model is to be trained.
   */
  readonly masks: 'message' | 'last' | 'none'
  /** Whether messages are joined until users and the model take turns, and calls become text. */
  readonly alternates?: boolean
  /** Whether reasoning stands in the text, in think tags. */
  readonly inlinesReasoning?: boolean
  /** Whether reasoning cannot be said at all. */
  readonly dropsReasoning?: boolean
  /** Files it may be written as, the usual one first. */
  readonly codecs: readonly ('jsonl' | 'parquet')[]
  /** Types of the columns in Parquet; columns of JSON text that `datasets` reads as values are named in `json`. */
  columns(gives: View['gives']): StoreTypes
  /** Rows of an example. Throws TracewrightError for what it cannot say. */
  rows(example: Example, context: DialectContext): DialectRow[]
  /** Whether each row is a file of its own: the list under its key `lines`, one a line. */
  readonly hasFilePerRow?: true
  /** Files that lie beside the rows, by name. */
  files?(splits: readonly { name: string; files: readonly string[] }[]): { [name: string]: string }
  /** Whether template and tokenizer are needed. */
  readonly needsModel?: boolean
}

/** Define a dialect; keeps its name as a literal type. */
export function defineDialect<const Name extends string>(dialect: Dialect<Name>): Dialect<Name> {
  return dialect
}
