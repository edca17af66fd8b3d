import { expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { redactedOr } from './redacted-or.ts'

const redaction = { plain: (text: string) => text.replaceAll('ada', 'user-1') }

/** Fails at one word, wherever it stands. */
function failing(row: Row): Row {
  if (JSON.stringify(row).includes('glpat-secret')) throw new RangeError('at glpat-secret')
  return row
}

it.each<[row: Row, at: string, place: string]>([
  [{ trace_id: 'of-ada', messages: [{ content: 'x' }, { content: 'glpat-secret' }] }, 'of-user-1', 'message 1'],
  [{ trace_id: 'b', messages: [], outcome: { a: 'glpat-secret' } }, 'b', 'column outcome'],
  [{ messages: [{ content: 'glpat-secret' }] }, 'row 5', 'message 0'],
])('tells which row cannot be redacted, and where, and no word of it: %#', (row, at, place) => {
  const outcome = redactedOr(row, 4, failing, redaction)
  expect(outcome).toEqual({ reject: { at, reason: `Cannot redact the row, so it is left out: ${place} (RangeError)` } })
})

it('tells the number of a row whose id cannot be redacted either', () => {
  const broken = {
    plain(): string {
      throw new Error('no')
    },
  }
  expect(redactedOr({ trace_id: 'glpat-secret' }, 0, failing, broken)).toMatchObject({ reject: { at: 'row 1' } })
})
