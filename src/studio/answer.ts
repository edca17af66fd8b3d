import type { Context } from 'hono'
import { messageOf, TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import { visible } from '../visible.ts'
import { TooLarge } from './request-text.ts'

/** An answer with data. Integers of rows may be larger than JSON of JavaScript can say. */
export function answer(c: Context, data: unknown, status: 200 | 201 = 200): Response {
  return c.body(writeJson({ data }), status, { 'content-type': 'application/json; charset=utf-8' })
}

/** What was asked for is not there. */
export function notFound(what: string): TracewrightError {
  return new NotFound('usage', `There is no ${what}`)
}

class NotFound extends TracewrightError {}

/** An answer that says what went wrong and what to do. What nobody expected is a defect, and is told without its insides. */
export function failure(c: Context, thrown: unknown): Response {
  const isExpected = thrown instanceof TracewrightError
  const status = statusOf(thrown)
  const message = isExpected
    ? `${thrown.where === null ? '' : `${thrown.where}: `}${thrown.message}`
    : `This is a defect in tracewright: ${messageOf(thrown)}`
  const error = { message: visible(message), hint: isExpected && thrown.hint !== null ? visible(thrown.hint) : null }
  return c.body(writeJson({ error }), status, { 'content-type': 'application/json; charset=utf-8' })
}

function statusOf(thrown: unknown): 400 | 404 | 413 | 500 {
  if (thrown instanceof NotFound) return 404
  if (thrown instanceof TooLarge) return 413
  return thrown instanceof TracewrightError && (thrown.kind === 'usage' || thrown.kind === 'config') ? 400 : 500
}
