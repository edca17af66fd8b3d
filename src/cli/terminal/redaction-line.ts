import type { RedactionReport } from '../../redact/redaction.ts'
import { count, counted } from './print.ts'

/** What was redacted, in a line: rules and counts. */
export function redactionLine({ policy, hash, rows, rules }: RedactionReport): string {
  const found = Object.entries(rules).sort(([, a], [, b]) => b.places - a.places)
  const parts = found.map(([rule, { places, values }]) => `${rule} ${count(places)} (${counted(values, 'value')})`)
  const by = `by policy ${policy} ${hash}`
  return parts.length === 0 ? `redacted nothing: nothing was found ${by}` : `redacted ${counted(rows, 'row')} ${by}: ${parts.join(', ')}`
}
