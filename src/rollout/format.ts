import type { Json } from '../json/json.ts'
import type { Outcome } from '../row.ts'
import type { Fidelity, Relation, RolloutOutcome, RolloutRow } from './conversation/row.ts'
import type { Ledger } from './log/ledger.ts'
import type { Resume } from './log/resume.ts'
import type { Skipped, Source } from './log/source.ts'

/** What is parsed as one: one or more files, or a member of one (a row of a store). */
export type Unit = {
  key: string // stable and root-relative; the order of units is the code-point order of their keys
  files: string[] // root-relative; the first is the one `source_path` names
  member?: string // which conversation, where a file holds many
  hint?: Json // what discovery learnt and parsing needs; plain JSON, so that it can travel to a worker
}

/** Options every format honours. */
export type ParseOptions = {
  branches: 'active' | 'all' // 'all': every abandoned path is a row of its own, `relation: 'branch'`
  context: 'recorded' | 'as_sent' // 'as_sent': what the model was given at the end, compactions and edits applied
}

/** The defaults: everything that was recorded on the path that counts. */
export const DEFAULT_PARSE_OPTIONS: ParseOptions = { branches: 'active', context: 'recorded' }

/** What a format is given to parse a unit. */
export type ParseJob = {
  source: Source
  ledger: Ledger
  options: ParseOptions
  resume?: Resume | null // how an append-only log is read on from where it was left; null: from its start
}

/** Where a format's logs are: a folder below home, which an environment variable may replace. */
export type DefaultRoot = {
  path: string // relative to home, e.g. '.codex'
  env?: string // variable that holds another folder to use instead, e.g. 'CODEX_HOME'
  below?: string // the folder below the variable's, where that is not the format's own, e.g. 'opencode' for 'XDG_DATA_HOME'
  on?: 'linux' | 'darwin' | 'win32' // only where this system runs; left out: everywhere
  folders?: readonly string[] // only these folders below it are searched, e.g. 'sessions'
  files?: readonly string[] // and the files directly in it whose names meet these patterns, e.g. 'state.db'
}

/** What the reader that reproduces Data Designer's rows is given. */
export type DataDesignerJob = {
  source: Source
  path: string // root-relative
  recursive: boolean // whether index files are looked for below the root too
  warn(text: string): void // what the reference logs and goes on from
}

/** The reader that reproduces Data Designer's rows: one file is one unit, a file it cannot parse is lost whole. */
export type DataDesignerReader = {
  root: string | null // default folder relative to home; null: a path is required
  pattern: string // default file pattern
  isHandled(path: string): boolean // root-relative
  warnsUnhandled(path: string): boolean
  /** Rows of one file. Throws `DataDesignerParseError` where the reference skips the file, TracewrightError where its run ends. */
  parse(job: DataDesignerJob): Promise<RolloutRow[]>
}

/** What the rows of a format hold, as far as its logs say it: what people compare formats by. Its fixtures show all of it. */
export type Gives = {
  lineage: readonly Relation[] // how rows are linked, by what the logs say
  usage: 'response' | 'session' | 'none' // what tokens are counted for
  tools: boolean // the schemas of the tools offered
  reasoning: readonly Exclude<Fidelity['reasoning'], 'none'>[]
  images: boolean
  outcome: readonly Exclude<RolloutOutcome['status'], 'unknown'>[] // endings that can be told
}

/** An agent's log format: where its logs are, which files are its own, and how they become rows. */
export interface RolloutFormat<Name extends string = string> {
  /** Stable name, snake case; the folder's name in kebab case. Used in configs and in `source_kind`. */
  readonly name: Name
  /** Product name, for people. */
  readonly title: string
  /** Raised when rows of unchanged logs change, or what a reading leaves for the next one; what older versions have stored is parsed again. */
  readonly version: number
  /** What the reader is made from: real logs, or the producer's source and documents alone. */
  readonly evidence: 'files' | 'source'
  /** What its rows hold. */
  readonly gives: Gives
  /**
   * A small log under the name its producer gives it, the first file being the session's own: one conversation with these answers of a
   * model, a prompt before each. `id` stands for every id in it, and for every name of another log.
   */
  example(id: string, answers: readonly string[]): { [path: string]: string }
  /** Whether a log that grew is read on from where the last reading of it ended. */
  readonly goesOn?: boolean
  /** Folders read when the user names none. Empty: a path is required. */
  readonly roots: readonly DefaultRoot[]
  /** Patterns on base names that files of this format meet. */
  readonly patterns: readonly string[]
  /** Whether a file is of this format, judged by its path and its first bytes. */
  sniff(path: string, head: string): boolean
  /** Group the files that were found into units, without reading bodies. Files that are no sessions go to `skipped` with a reason. */
  discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]>
  /** Turn a unit into rows. Every record read is settled in the ledger when the last outcome was given. */
  parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>>
  /** The reader behind `compat: 'data_designer'`; null for formats the reference does not have. */
  readonly dataDesigner: DataDesignerReader | null
}

/** Define a format; keeps its name as a literal type. */
export function defineFormat<const Name extends string>(format: RolloutFormat<Name>): RolloutFormat<Name> {
  return format
}
