import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Row } from '../row.ts'
import { redactionPolicy } from './policy.ts'
import { Redaction, type RedactionReport } from './redaction.ts'

/** Rows without secrets and persons, and what was replaced in them. */
export type RedactedRows = {
  /** In the order in which they were given. */
  rows: Row[]
  /** Rules and counts, no values. */
  report: RedactionReport
}

/**
 * Redact rows that belong together, such as a session and its sub-agents: in all columns, so that they can be shown. What is found in one of
 * them is replaced in all. `policy`: 'default', or a file with rules of one's own. Throws where a value would still be in a row.
 */
export function redactRows(rows: readonly Row[], policy = 'default'): RedactedRows {
  const redaction = new Redaction(redactionPolicy(policy), { columns: 'all' })
  const found = rows.map((row, number) => redaction.find(row, number))
  const known = redaction.known(rows.keys())
  if (known === null) return { rows: found, report: redaction.report() }
  const replaced = found.map((row, number) => redaction.replace(row, number, known))
  const left = replaced.findIndex(row => known.any(writeJson(row)))
  if (left >= 0)
    throw new TracewrightError('rollout', `Cannot redact row ${left + 1} of ${rows.length}: a value that was found still stands in it`, {
      hint: 'It may be part of an id; nothing of the rows was given on',
    })
  return { rows: replaced, report: redaction.report() }
}
