import type { Outcome } from '../row.ts'
import type { Fidelity, Relation, RolloutOutcome, RolloutRow } from './conversation/row.ts'
import type { StoredSpan } from './conversation/timestamps.ts'
import type { EndWord } from './log/end-words.ts'
import type { ParseJob } from './log/parse-job.ts'
import type { Skipped, Source } from './log/source.ts'
import type { Unit } from './log/unit.ts'

export { DEFAULT_PARSE_OPTIONS, type ParseJob, type ParseOptions } from './log/parse-job.ts'
export type { Unit } from './log/unit.ts'

/** Where a format's logs are: a folder below home, which an environment variable may replace. */
export type DefaultRoot = {
  /** Relative to home, e.g. '.codex'. */
  path: string
  /** Variable that holds another folder to use instead, e.g. 'CODEX_HOME'. */
  env?: string
  /** The folder below the variable's, where that is not the format's own, e.g. 'opencode' for 'XDG_DATA_HOME'. */
  below?: string
  /** Only where this system runs; left out: everywhere. */
  on?: 'linux' | 'darwin' | 'win32'
  /** Only these folders below it are searched, e.g. 'sessions'. */
  folders?: readonly string[]
  /** And the files directly in it whose names meet these patterns, e.g. 'state.db'. */
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

/** What the rows of a format hold, as far as its logs say it: what people compare formats by. Its fixtures show all of it. */
export type Gives = {
  /** How rows are linked, by what the logs say. */
  lineage: readonly Relation[]
  /** What tokens are counted for. */
  usage: 'response' | 'session' | 'none'
  /** The schemas of the tools offered. */
  tools: boolean
  /** How much of what the model thought. */
  reasoning: readonly Exclude<Fidelity['reasoning'], 'none'>[]
  /** Pictures in messages. */
  images: boolean
  /** Endings that can be told. */
  outcome: readonly Exclude<RolloutOutcome['status'], 'unknown'>[]
}

/** A small log: what each file holds, by its path below a default folder. */
export type FormatExample = { [path: string]: string }

/** Records as JSON Lines. */
export function jsonLines(records: readonly object[]): string {
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
  /** What the reader is made from: real logs, or the producer's source and documents alone. */
  readonly evidence: 'files' | 'source'
  /** What its rows hold. */
  readonly gives: Gives
  /**
   * A small log under the name its producer gives it, the first file being the session's own: one conversation with these answers of a
   * model, a prompt before each. `id` stands for every id in it, and for every name of another log.
   */
  example(id: string, answers: readonly string[]): FormatExample
  /** Whether it reads what no agent has for its own: files are judged by all other formats first. */
  readonly isGeneral?: boolean
  /** Whether a log that grew is read on from where the last reading of it ended. */
  readonly goesOn?: boolean
  /** Folders read when the user names none. Empty: a path is required. */
  readonly roots: readonly DefaultRoot[]
  /** Folders with logs that a file in one of the roots names: absolute paths. They are searched, too, but not what is below them. */
  namedRoots?(source: Source): Promise<readonly string[]>
  /** Patterns on base names that files of this format meet. */
  readonly patterns: readonly string[]
  /** What stands near the end of a log that tells of another one: looked for where files are judged. Left out: they say nothing there of others. */
  readonly end?: EndWord
  /**
   * By what the beginning of a log is known in every copy of it, as far as its first bytes tell; null: it has none, undefined: they do not.
   * `isWhole`: there is no more of it. Asked where files are judged of which all are read. Left out: no log is compared with its neighbours.
   */
  beginsWith?(path: string, head: string, isWhole: boolean): string | null | undefined
  /**
   * Sessions of which this log tells what their own logs do not, by the ids of their rows: they are parsed again when it changes. Left out:
   * logs tell of themselves alone, or a row names what it was read from.
   */
  tellsOf?(source: Source, unit: Unit): readonly string[]
  /**
   * The session a log holds, where its name or its first records tell: logs that name different ones are no copies, and are not read to
   * find out which of them is the fullest. Left out, or null: it is not told there.
   */
  names?(source: Source, unit: Unit): string | null
  /** Whether a file is of this format, judged by its path and its first bytes. */
  sniff(path: string, head: string): boolean
  /** Group the files that were found into units, without reading bodies. Files that are no sessions go to `skipped` with a reason. */
  discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]>
  /** The log that a file is a companion of, by its path, where units do not list it among their files; null where it is none. */
  companionOf?(path: string): string | null
  /** The first and the last time that stands in a file of many sessions, as ISO text; of formats that have such stores. */
  storedSpan?(source: Source, file: string): Promise<StoredSpan | null>
  /** Turn a unit into rows. Every record read is settled in the ledger when the last outcome was given. */
  parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>>
  /** The reader behind `compat: 'data_designer'`; null for formats the reference does not have. */
  readonly dataDesigner: DataDesignerReader | null
}

/** Define a format; keeps its name as a literal type. */
export function defineFormat<const Name extends string>(format: RolloutFormat<Name>): RolloutFormat<Name> {
  return format
}
