import { messageOf, TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Where } from './query.ts'

/** Whether a query needed more memory than the engine may take. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof TracewrightError && /^Out of Memory Error/.test(messageOf(error.cause))
}

/** What to do about what the engine says, by what it says. */
const HINTS: readonly [RegExp, string][] = [
  [
    /^Table with name facts /,
    'A store has the table facts once an ingest of this version has written it: tracewright ingest LOGS -o STORE',
  ],
  [/^Table with name/, 'The dataset is the table rows; the logs a store was made of are the table logs'],
  [/could not allocate|failed to (?:allocate|pin)/i, 'Give it more memory (memoryMB, --memory), or ask for fewer columns'],
  [
    /syntax error at or near "(?:drop|create|insert|update|delete|table|view|copy|to|into|attach|set|;)"/i,
    'Expected one SELECT: a dataset is read, not changed',
  ],
]

/** What went wrong with a query, in the words of the engine where they help: without the frame that was put around the text. */
export function queryError(sql: string, error: unknown): TracewrightError {
  if (error instanceof TracewrightError) return error
  const [said = ''] = messageOf(error)
    .replace(/^[A-Z][\w ]* Error: /, '')
    .split(/\n\nLINE |\n\nPossible solutions/)
  const [reason = said, ...more] = said.split('\n').filter(line => line.trim() !== '')
  const candidates = more.map(line => /^Candidate bindings: (.*)/.exec(line)?.[1]).find(found => found !== undefined)
  const hint = candidates === undefined ? HINTS.find(([pattern]) => pattern.test(reason))?.[1] : `Columns with such names: ${candidates}`
  // The text ends before the frame does: what the engine trips over there is the frame.
  const isEnd = /^syntax error at or near "\)"$/.test(reason) && !/\)\s*$/.test(sql)
  return new TracewrightError(
    'usage',
    `Cannot query: ${isEnd ? `found ${sql.trim() === '' ? 'nothing' : 'an end where more has to come'}, expected a SELECT` : reason.replace(/!$/, '')}`,
    { where: shortened(sql), ...(hint === undefined ? {} : { hint }), cause: error },
  )
}

/** The same of a condition that stands in a query of ours: it is named as it was written. */
export function conditionError(where: Where | undefined, error: unknown): unknown {
  const prefix = 'Cannot query: '
  if (where === undefined || !(error instanceof TracewrightError) || !error.message.startsWith(prefix)) return error
  return new TracewrightError(error.kind, `Cannot filter: ${error.message.slice(prefix.length)}`, {
    where: shortened(typeof where === 'string' ? where : writeJson(where)),
    ...(error.hint === null ? {} : { hint: error.hint }),
    cause: error.cause,
  })
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Do something with SQL; what goes wrong is told as the person who wrote it reads it. */
export async function guarded<T>(sql: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw queryError(sql, error)
  }
}

/** Somebody reads of a dataset that was closed. */
export function closed(): TracewrightError {
  return new TracewrightError('usage', 'Cannot read rows: the dataset is closed', { hint: 'Await all rows before it is closed' })
}
