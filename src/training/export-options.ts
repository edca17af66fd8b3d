import type { ReasoningPolicy } from './reasoning.ts'

/** What to make of rows, and where to put it. */
export type ExportOptions = {
  /** A folder that is not there yet, or is empty. */
  output: string
  /** Put the export in the place of one that is there, or between other things. Default: false. */
  force?: boolean
  /** Default: session; trajectory for atif, preference for pairs. */
  view?: string
  /** The dialect; default: hf. */
  for?: string
  /** Tokenizer: a file, a folder, an npm package, a model of the hub, o200k. */
  model?: string
  /** A file with the chat template, or 'chatml'; default: the model's own. */
  chatTemplate?: string
  /** Budget of a row. */
  maxTokens?: number
  /** Masks, columns, outcomes: 'errors', 'quality.score>=4', 'tests_passed'; default: flags and replay. */
  mask?: readonly string[]
  /** Default: keep. */
  reasoning?: ReasoningPolicy
  /** Default: inferred where the log has none. */
  tools?: 'recorded' | 'inferred' | 'none'
  /** 'lineage:90/5/5', 'project:90/10', 'time:2026-03-01'; near-duplicates stay together. */
  split?: string
  /** An earlier export: its rows stay in the split they were in. */
  splitLike?: string
  /** Leave out near-duplicates that share this much of their runs of three words, 0 to 1. */
  dedupe?: number
  /** Files of evaluations; rows that hold 13 words in a row of one are left out. */
  decontaminate?: readonly string[]
  /** Filters by name, 'error-rate:0.2'; columns and outcomes, 'tests_passed', 'survival>=0.8'. */
  filter?: readonly string[]
  /** A git repository on disk, read only: whether commits of sessions were merged or taken back, and how many of their lines still stand. */
  git?: string
  /** What rewards tasks and labels answers: the first that is known of these outcomes and columns. Default: reward. */
  reward?: readonly string[]
  /** Most rows of one first request. */
  perTask?: number
  /** Most rows of one project. */
  perProject?: number
  /** So many rows are written, chosen by a stable hash. */
  exactly?: number
  /** 'default', a file with a policy, 'off'; default: off. */
  redact?: string
  /** Named in the card. */
  license?: string
  /** Of the files. Default: the dialect's. */
  codec?: 'jsonl' | 'parquet'
  /** Render every row with the model's template and count what it loses. */
  check?: boolean
  /** Other models: every row is rendered with their templates, too, and what these lose is counted under their names. */
  checkModels?: readonly string[]
  /** Size at which the next file begins; default 256 MB. */
  shardBytes?: number
  /** Columns of the rows, where they are known before: names of columns are checked before any row is read. */
  columns?: readonly string[]
  /** Called behind each row that was read. */
  onRow?: (rows: number) => void
}

/** What an export is told besides where to put it: the same in code, in configs and on the command line. */
export type ExportSettings = Omit<ExportOptions, 'output' | 'force' | 'columns' | 'onRow'>
