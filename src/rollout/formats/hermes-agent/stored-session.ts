import type { Json, JsonObject } from '../../../json/json.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import type { Entry } from './entry.ts'
import type { Lineage } from './lineage.ts'

/** A session as one store tells it. */
export type StoredSession = {
  id: string
  file: string // root-relative
  header: JsonObject // what the store says of the whole session, under the names of the database's columns
  systemPrompt: string | null
  tools: Json // as stored; null where the store keeps none
  entries: Entry[]
  diagnostics: Diagnostic[]
}

/** What is known of a session's place among others. */
export type Kinship = {
  lineage: Lineage | null
  parentTraceId: string | null
  spawnCall: string | null
  copied: ReadonlySet<Entry> // messages that repeat the parent's
  isCopy?: boolean // the same session recorded a second time; the parent is the first record
}

/** Kinship of a session that stands alone. */
export const NO_KIN: Kinship = { lineage: null, parentTraceId: null, spawnCall: null, copied: new Set() }
