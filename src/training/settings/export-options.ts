import type { ReasoningPolicy } from '../fit/reasoning.ts'

/** What to make of rows, and where to put it. */
export type ExportOptions = {
  /** A folder that is not there yet, or is empty. */
  output: string
  /** Put the export in the place of one that is there, or between other things. Default: false. */
  force?: boolean
  /** What becomes a row: `session`, `turn`, `action`, `tool-interaction`, `preference`, `task`, `trajectory`. Default: what the dialect takes first. */
  view?: string
  /** The trainer or dialect, such as `hf`, `openai`, `trl`, `axolotl`, `llama-factory`, `ms-swift`, `sharegpt`, `verl`, `together`, `atif`, `hf-traces`. Default: `hf`. */
  for?: string
  /** Whose tokens count: `tokenizer.json`, folder, npm package, `OWNER/MODEL` of the hub, `o200k`. */
  model?: string
  /** File of a chat template, or `chatml`; needs a model. Default: the model's own. */
  chatTemplate?: string
  /** Budget of a row in tokens; longer ones are cut into windows; needs a model. */
  maxTokens?: number
  /** Only rows that meet a condition in SQL over their columns and outcomes, such as `source_kind = 'codex' AND tests_passed`. */
  where?: string
  /** What is not trained on: masks, columns and outcomes, such as `errors` or `quality.score>=4`. Default: `flags` and `replay`. */
  mask?: readonly string[]
  /** What becomes of reasoning: `keep`, `last`, `drop`, `inline`. Default: `keep`. */
  reasoning?: ReasoningPolicy
  /** Schemas of tools: `recorded`, `inferred` where the log has none, `none`. Default: `inferred`. */
  tools?: 'recorded' | 'inferred' | 'none'
  /** How rows are split: `lineage:90/5/5`, `project:90/10`, `time:2026-03-01`; relatives and near-duplicates stay together. */
  split?: string
  /** Folder of an earlier export, whose rows stay in the split they were in; needs a split. */
  splitLike?: string
  /** Leave out near-duplicates that share this much of what the model said, of its runs of three words: above 0, 1 at most. */
  dedupe?: number
  /** Files of evaluations: rows that hold 13 words in a row of one, or its repository@commit, are left out. */
  decontaminate?: readonly string[]
  /** Rows to keep: `ends-on-answer`, `tests-passed`, `merged`, `survival:0.8`, `recovered`, `no-loop`, `error-rate:0.2`, `answers:2-`, `length:500-`, columns and outcomes such as `exit_code=0`. */
  filter?: readonly string[]
  /** Folder of a repository, read only: whether commits of sessions were merged, taken back, and still stand. */
  git?: string
  /** What rewards tasks and labels answers, the first that is known: `reward`, `tests_passed`, `exit_code`, `merged`, `survival`, columns. Default: `reward`. */
  reward?: readonly string[]
  /** Most rows of one first request. */
  perTask?: number
  /** Most rows of one project. */
  perProject?: number
  /** So many rows are written, chosen by a stable hash. */
  exactly?: number
  /** What is redacted: `default`, a file with rules of your own, `off`. Default: `off`. */
  redact?: string
  /** Licence that the card names, such as `apache-2.0`. */
  license?: string
  /** Of the files: `jsonl` or `parquet`. Default: the dialect's. */
  codec?: 'jsonl' | 'parquet'
  /** Render every row with the chat template, and count what it loses; needs a model. */
  check?: boolean
  /** Other models whose templates every row is rendered with, too. */
  checkModels?: readonly string[]
  /** Size in bytes at which the next file begins. Default: 256000000. */
  shardBytes?: number
  /** What sets that are known of all rows at once may take in memory, in MB each; what is more lies on disk. Default: 64. */
  memoryMB?: number
  /** Columns of the rows, where they are known before: names of columns are checked before any row is read. */
  columns?: readonly string[]
  /** Called behind each row that was read. */
  onRow?: (rows: number) => void
}

/** What an export is told besides where to put it: the same in code, in configs and on the command line. */
export type ExportSettings = Omit<ExportOptions, 'output' | 'force' | 'columns' | 'memoryMB' | 'onRow'>
