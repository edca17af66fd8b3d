/** Which sessions: what is given has to hold, all of it. The same names stand behind every command, in configs and in code. */
export type Selectors = {
  agent?: string | readonly string[] // formats, such as claude_code
  project?: string // a part of its path; an absolute path takes what lies below it
  model?: string // a part of its name, or a pattern with * and ?
  since?: string // '7d', '2h', 'monday', '2026-11-01', a time of ISO 8601: what was going on then or later
  until?: string // the same: what began by then; a day counts whole
  failed?: boolean // a tool result failed
  corrected?: boolean // and soon behind it a person spoke
  session?: string | readonly string[] // beginnings of trace ids, or whole ids of the sessions at the root
  ids?: readonly string[] // these trace ids and no others: what a search has found
}

/** Names of selectors, in the order in which they are told. */
export const SELECTORS = ['agent', 'project', 'model', 'since', 'until', 'failed', 'corrected', 'session'] as const

/** Whether anything is selected at all. */
export function selects(selectors: Selectors | null | undefined): selectors is Selectors {
  return (
    selectors != null && (selectors.ids !== undefined || SELECTORS.some(name => selectors[name] !== undefined && selectors[name] !== false))
  )
}
