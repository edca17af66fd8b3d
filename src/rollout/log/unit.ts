import type { Json } from '../../json/json.ts'

/** What is parsed as one: one or more files, or a member of one (a row of a store). */
export type Unit = {
  /** Stable and root-relative; the order of units is the code-point order of their keys. */
  key: string
  /** Sorted by instead of the key, where a name tells that the unit goes on from another or was started by it: it comes behind that one. */
  order?: string
  /** Root-relative; the first is the one `source_path` names. */
  files: string[]
  /** Which conversation, where a file holds many. */
  member?: string
  /** What discovery learnt and parsing needs; plain JSON, so that it can travel to a worker. */
  hint?: Json
}
