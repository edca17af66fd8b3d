import type { Ledger } from './ledger.ts'
import type { Resume } from './resume.ts'
import type { Source } from './source.ts'

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
