import type { Json } from '../json/json.ts'
import type { Outcome } from '../row.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { Ledger } from './log/ledger.ts'
import type { Resume } from './log/resume.ts'
import type { Skipped, Source } from './log/source.ts'

/** What is parsed as one: one or more files, or a member of one (a row of a store). */
export type Unit = {
  /** Stable and root-relative; the order of units is the code-point order of their keys. */
  key: string
  /** Root-relative; the first is the one `source_path` names. */
  files: string[]
  /** Which conversation, where a file holds many. */
  member?: string
  /** What discovery learnt and parsing needs; plain JSON, so that it can travel to a worker. */
  hint?: Json
}

/** Options every format honours. */
export type ParseOptions = {
  /** 'all': every abandoned path is a row of its own, `relation: 'branch'`. */
  branches: 'active' | 'all'
  /** 'as_sent': what the model was given at the end, compactions and edits applied. */
  context: 'recorded' | 'as_sent'
}

/** The defaults: everything that was recorded on the path that counts. */
export const DEFAULT_PARSE_OPTIONS: ParseOptions = { branches: 'active', context: 'recorded' }

/** What a format is given to parse a unit. */
export type ParseJob = {
  /** Where every byte is read from. */
  source: Source
  /** Where every record is settled. */
  ledger: Ledger
  /** How it is read. */
  options: ParseOptions
  /** How an append-only log is read on from where it was left; null: from its start. */
  resume?: Resume | null
}

/** Where a format's logs are: a folder below home, which an environment variable may replace. */
export type DefaultRoot = {
  /** Relative to home, e.g. '.codex'. */
  path: string
  /** Variable that holds another folder to use instead, e.g. 'CODEX_HOME'. */
  env?: string
  /** Only these folders below it are searched, e.g. 'sessions'. */
  folders?: readonly string[]
  /** And these files directly in it, e.g. 'state.db'. */
  files?: readonly string[]
}

/** What the reader that reproduces Data Designer's rows is given. */
export type DataDesignerJob = {
  /** The folder it is read from. */
  source: Source
  /** Root-relative. */
  path: string
  /** Whether index files are looked for below the root too. */
  recursive: boolean
  /** Hear what the reference warns of. */
  warn(text: string): void // what the reference logs and goes on from
}

/** The reader that reproduces Data Designer's rows: one file is one unit, a file it cannot parse is lost whole. */
export type DataDesignerReader = {
  /** Default folder relative to home; null: a path is required. */
  root: string | null
  /** Default file pattern. */
  pattern: string
  /** Whether the reference reads a file; its path is root-relative. */
  isHandled(path: string): boolean // root-relative
  /** Whether the reference says that it passes a file over. */
  warnsUnhandled(path: string): boolean
  /** Rows of one file. Throws `DataDesignerParseError` where the reference skips the file, TracewrightError where its run ends. */
  parse(job: DataDesignerJob): Promise<RolloutRow[]>
}

/** A small log of a format: somebody asks to 'Mend the kite', and the agent says 'Mended.' */
export type FormatExample = {
  /** Where the producer puts it, below a default folder. */
  path: string
  /** The session's id. */
  id: string
  /** The log as it is for a session of this id, where the log itself says which it is. */
  content(id: string): string | Uint8Array
  /**
   * Another question and answer, which the producer appends to the log: the first is number 0. Only of formats whose logs are only
   * ever appended to, where a reading goes on from where the last one ended (`log/resume.ts`).
   */
  next?(number: number, text: string): string
}

/** Records as JSON Lines. */
export function jsonLines(records: readonly Json[]): string {
  return records.map(record => `${JSON.stringify(record)}\n`).join('')
}

/** An agent's log format: where its logs are, which files are its own, and how they become rows. */
export interface RolloutFormat<Name extends string = string> {
  /** Stable name, snake case; the folder's name in kebab case. Used in configs and in `source_kind`. */
  readonly name: Name
  /** Product name, for people. */
  readonly title: string
  /** Raised when rows of unchanged logs change, or what a reading leaves for the next one; what older versions have stored is parsed again. */
  readonly version: number
  /** Folders read when the user names none. Empty: a path is required. */
  readonly roots: readonly DefaultRoot[]
  /** Patterns on base names that files of this format meet. */
  readonly patterns: readonly string[]
  /** Whether a file is of this format, judged by its path and its first bytes. */
  sniff(path: string, head: string): boolean
  /** Group the files that were found into units, without reading bodies. Files that are no sessions go to `skipped` with a reason. */
  discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]>
  /** The first and the last time that stands in a file of many sessions, as ISO text; of formats that have such stores. */
  storedSpan?(source: Source, file: string): Promise<{ first: string; last: string } | null>
  /** Turn a unit into rows. Every record read is settled in the ledger when the last outcome was given. */
  parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>>
  /** The reader behind `compat: 'data_designer'`; null for formats the reference does not have. */
  readonly dataDesigner: DataDesignerReader | null
  /** A small log, for the docs and for the tests every format is held to. */
  readonly example: FormatExample
}

/** Define a format; keeps its name as a literal type. */
export function defineFormat<const Name extends string>(format: RolloutFormat<Name>): RolloutFormat<Name> {
  return format
}
