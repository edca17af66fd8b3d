import type { Compat } from '../compat.ts'
import type { Fields } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import type { Outcome, Row } from '../row.ts'

/** A seed that was looked at and not yet read: a number of things, each of which gives rows. */
export interface OpenSeed {
  /** Columns every row has. */
  readonly columns: readonly string[]
  /** Number of things that selection, order and partitions count: logs for rollouts, rows for files. */
  readonly size: number
  /** Where it comes from, for messages. */
  readonly place: string
  /** Files it reads, where they are known. Default: not known. */
  readonly files?: readonly string[]
  /** Folder of the run whose rows they are: pictures that they name lie there. Default: of none. */
  readonly run?: string | null
  /** Whether each thing gives one row and nothing else. Default false: some may give none, or several. */
  readonly isOneRowEach?: boolean
  /** Rows of one thing, 0 ≤ index < size. */
  read(index: number): Promise<Outcome[]>
  /** Hear that so many will be read in no order, drawn evenly from so many: whether they are few decides how they are best read. */
  expect?(reads: number, of: number): void
  /** Hear which things are drawn at once, before any of them is read: to Data Designer their rows are one batch, by which it judges columns. */
  among?(things: readonly number[]): void
  /** Let go of files. */
  close(): void
}

/** Where rows come from. What users write; `open` does the I/O. */
export interface SeedSource {
  /** Value of `seed_type` in configs. */
  readonly seedType: string
  /** Columns that rows will have where that is known without I/O, else null. */
  readonly columns: readonly string[] | null
  /** Throws where what it names is not there; reads nothing. Default: only `open` tells. */
  find?(base?: string | null): void
  /** Find what there is to read; relative paths are taken from `base`, default the working folder. Throws where there is nothing, saying where it looked. */
  open(base?: string | null): Promise<OpenSeed>
  /** The same source as Data Designer takes it. Default: this one. */
  asDataDesigner?(): SeedSource
  /** Open it to be read as Data Designer reads it. Default: it is read so anyway. */
  openAsDataDesigner?(base?: string | null, compat?: Compat | null): Promise<OpenSeed>
  /** The source as configs hold it, in snake case. Throws for sources that live in memory only. */
  toJSON(): JsonObject
}

/** A source of a type as a config has it, and what it gives: for the docs, and for the tests every type is held to. */
export type SeedExample = {
  /** Whether the files are those of dataset `ada/notes` of a hub, which `endpoint` names, rather than of a folder. Default false. */
  served?: true
  /** Files it reads, by path and text. */
  files: { readonly [path: string]: string }
  /** What a config says besides its type. It is refused where one of these keys is missing. */
  needs: JsonObject & {
    /** Below the folder of the files. */
    path: string
  }
  /** What it can say besides. Default: nothing. */
  more?: JsonObject
  /** What its rows hold, in their order, among other columns. */
  rows: readonly Row[]
}

/** A kind of seed source as the registry knows it. */
export interface SeedType<Name extends string = string> {
  /** Value of `seed_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Keys of it in configs. */
  readonly fields: Fields
  /** Columns that rows of every source of it have. Default: not known from the kind alone. */
  readonly columns?: readonly string[]
  /** Rebuild a source from a config. */
  fromJSON(config: JsonObject): SeedSource
  /** Null where a config cannot name a source of it. */
  readonly example: SeedExample | null
}

/** Define a seed type; keeps its name as a literal type. */
export function defineSeed<const Name extends string>(type: SeedType<Name>): SeedType<Name> {
  return type
}
