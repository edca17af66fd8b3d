import { refuseUnknownOptions } from '../fields.ts'
/** Which sessions: what is given has to hold, all of it. The same names stand behind every command, in configs and in code. */
export type Selectors = {
  /** Formats, such as claude_code. */
  agent?: string | readonly string[]
  /** A part of its path; an absolute path takes what lies below it. */
  project?: string
  /** A part of its name, or a pattern with * and ? */
  model?: string
  /** '7d', '2h', 'monday', '2026-11-01', a time of ISO 8601: what was going on then or later. */
  since?: string
  /** The same: what began by then; a day counts whole. */
  until?: string
  /** A tool result failed. */
  failed?: boolean
  /** And soon behind it a person spoke. */
  corrected?: boolean
  /** Beginnings of trace ids, or whole ids of the sessions at the root. */
  session?: string | readonly string[]
  /** These trace ids and no others: what a search has found. */
  ids?: readonly string[]
}

/** Names of selectors, in the order in which they are told. */
export const SELECTORS = ['agent', 'project', 'model', 'since', 'until', 'failed', 'corrected', 'session'] as const

/** Throws for a selector that nobody knows: it would take all sessions. */
export function checkSelectors(selectors: Selectors): void {
  refuseUnknownOptions(selectors, [...SELECTORS, 'ids'], 'selecting sessions')
}

/** Whether anything is selected at all. Throws for a selector that nobody knows. */
export function selects(selectors: Selectors | null | undefined): selectors is Selectors {
  if (selectors != null) checkSelectors(selectors)
  return (
    selectors != null && (selectors.ids !== undefined || SELECTORS.some(name => selectors[name] !== undefined && selectors[name] !== false))
  )
}
