import type { Outcome, Row } from '../../row.ts'

/** Rows and outcomes as outcomes; `onRow` is called behind each. */
export async function* outcomesOf(
  rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>,
  onRow?: (rows: number) => void,
): AsyncIterable<Outcome> {
  let count = 0
  for await (const given of rows) {
    onRow?.(++count)
    yield isOutcome(given) ? given : { row: given }
  }
}

function isOutcome(value: Row | Outcome): value is Outcome {
  const keys = Object.keys(value)
  return (
    keys.length === 1 && (keys[0] === 'row' || keys[0] === 'reject') && typeof (value as { [key: string]: unknown })[keys[0]] === 'object'
  )
}
