import type { RolloutFormat, Unit } from '../../rollout/format.ts'
import type { Reject } from '../../row.ts'
import type { FileState } from './files.ts'

/** A row of a unit, as it came out of the parser and as it is stored. */
export type IndexedRow = {
  id: string // as the format gave it
  stored: string | null // trace_id in the store; null: an equal copy of another unit's row
  print: string
  content: string // hash of the row as it came
  parent: string | null // as recorded
  linked: string | null // as stored
  copies: string // what it shares with any other row is found by it
  copied: string // messages that repeat another row's, as stored
  root: string | null // session at the root of the tree
  shard: string | null // file that holds it
}

/** What came of a unit. */
export type Came = { rows: IndexedRow[]; rejects: Reject[] }

/** What tells whether a unit that was read has to be read again. */
export type Reading = {
  format: string
  version: number // of the format, when it was read
  root: string
  key: string
  member: string | null
  files: FileState[]
  others: FileState[] // files of others that its rows depend on
  absent: string[] // paths that would change its rows if they came to be
  guard: string | null
  at: number // when it was read, in milliseconds
  gone: string | null // since when its files are no longer there, ISO 8601
  isSilent: boolean // whether it is known to say nothing at its end of a log in which it went on
  isOld: boolean // whether its rows are of a version that did not say what they share with others
}

/** What a store knows of a unit it has read. */
export type Entry = { readonly reading: Reading; readonly came: Came }

/** What a unit is known by in a store. */
export function entryId(unit: { format: string; root: string; key: string; member?: string | null | undefined }): string {
  return `${unit.root}\n${unit.key}\n${unit.member ?? ''}\n${unit.format}`
}

/** Id of a unit that was found. */
export function refId(ref: { format: Pick<RolloutFormat, 'name'>; source: { readonly root: string }; unit: Unit }): string {
  const { format, source, unit } = ref
  return entryId({ format: format.name, root: source.root, key: unit.key, member: unit.member })
}
