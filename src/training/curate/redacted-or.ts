import type { Redaction } from '../../redact/redaction.ts'
import type { Outcome, Row } from '../../row.ts'

/**
 * The row redacted, or why it is left out: what cannot be redacted is not written, whatever the reason. Told of it are its id, as far as that can
 * be redacted itself, and where in it the redaction failed; no word of it.
 */
export function redactedOr(row: Row, number: number, redact: (row: Row) => Row, redaction: Pick<Redaction, 'plain'>): Outcome {
  try {
    return { row: redact(row) }
  } catch (error) {
    const reason = `Cannot redact the row, so it is left out: ${placeIn(row, redact)} (${(error as Error).name})`
    return { reject: { at: idOf(row, number, redaction), reason } }
  }
}

function idOf(row: Row, number: number, redaction: Pick<Redaction, 'plain'>): string {
  try {
    return typeof row['trace_id'] === 'string' ? redaction.plain(row['trace_id']) : `row ${number + 1}`
  } catch {
    return `row ${number + 1}`
  }
}

/** The first message, or else the first column, that cannot be redacted by itself. */
function placeIn(row: Row, redact: (row: Row) => Row): string {
  const fails = (part: Row) => {
    try {
      redact(part)
      return false
    } catch {
      return true
    }
  }
  const messages = Array.isArray(row['messages']) ? row['messages'] : []
  const message = messages.findIndex(one => fails({ messages: [one] }))
  if (message >= 0) return `message ${message}`
  const column = Object.keys(row).find(name => fails({ [name]: row[name]! }))
  return column === undefined ? 'the row as a whole' : `column ${column}`
}
