import { setTimeout as wait } from 'node:timers/promises'
import { messageOf, TracewrightError } from '../errors.ts'
import { type Fields, numberAt, objectAt, refuse, requiredStringAt } from '../fields.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { asFloat } from '../json/number.ts'
import { milliseconds } from '../milliseconds.ts'
import { readUpTo } from '../model/read-up-to.ts'
import { countFrom, isCount } from '../whole-number.ts'
import { resultsOf } from './result.ts'
import { defineValidator, type ValidationContext, type ValidatorParams } from './validator.ts'

/** Answers after which the same question may be answered yet. */
const WORTH_A_RETRY = [429, 500, 502, 503, 504]

/** More than results of a batch are. */
const MAX_BYTES = 32 << 20

const FIELDS: Fields = {
  endpoint_url: ['text', '', 'URL that is sent `{ data: [rows] }`'],
  output_schema: ['JSON Schema', 'none', 'shape its answer is held to'],
  timeout: ['seconds above 0', '30', 'how long an answer may take'],
  max_retries: ['whole number from 0', '3', 'how often a server that is busy is asked again'],
  retry_backoff: ['number above 1', '2', 'by which each wait is longer than the one before, from a second on'],
  max_parallel_requests: ['whole number from 1', '4', 'batches that may be under way at once'],
}

/** A server that judges batches of rows. */
export const remote = defineValidator({
  name: 'remote',
  description: 'A server that is sent `{ data: [rows] }` and answers `{ data: [results] }`; asked again where it is busy',
  fields: FIELDS,
  read(params, where): ValidatorParams {
    const endpoint = requiredStringAt(params, 'endpoint_url', where)
    const schema = objectAt(params, 'output_schema', where)
    const timeout = numberAt(params, 'timeout', where) ?? 30
    const retries = numberAt(params, 'max_retries', where) ?? 3
    const backoff = numberAt(params, 'retry_backoff', where) ?? 2
    const parallel = numberAt(params, 'max_parallel_requests', where) ?? 4
    if (!(timeout > 0)) refuse(`timeout: found ${timeout}, expected seconds above 0`, where)
    if (!isCount(retries, 0)) refuse(`max_retries: found ${retries}, expected ${countFrom(0)}`, where)
    if (!(backoff > 1)) refuse(`retry_backoff: found ${backoff}, expected a factor above 1`, where)
    if (!isCount(parallel, 1)) refuse(`max_parallel_requests: found ${parallel}, expected ${countFrom(1)}`, where)
    return {
      single: false,
      parallel,
      sendsJson: true,
      async validate(rows, context) {
        const tries = context.asDataDesigner ? 0 : retries // Data Designer means to ask again, and does not
        return resultsOf(
          await ask(endpoint, writeJson({ data: rows }), { timeout, tries, backoff, context }),
          schema,
          rows.length,
          context.asDataDesigner,
        )
      },
      toJSON: () => ({
        validator_type: 'remote',
        endpoint_url: endpoint,
        output_schema: schema,
        timeout: asFloat(timeout),
        max_retries: retries,
        retry_backoff: asFloat(backoff),
        max_parallel_requests: parallel,
      }),
    }
  },
  example: {
    needs: { endpoint_url: 'http://127.0.0.1:8080/validate' },
    more: { timeout: 1.5, max_retries: 0, retry_backoff: 1.5, max_parallel_requests: 1, output_schema: { type: 'object' } },
    wrong: [
      [{}, 'endpoint_url: found nothing'],
      [{ endpoint_url: 'http://x', timeout: 0 }, 'timeout: found 0'],
      [{ endpoint_url: 'http://x', retry_backoff: 1 }, 'retry_backoff: found 1'],
      [{ endpoint_url: 'http://x', max_parallel_requests: 0 }, 'max_parallel_requests: found 0'],
    ],
  },
})

type Asking = { timeout: number; tries: number; backoff: number; context: ValidationContext }

async function ask(endpoint: string, body: string, { timeout, tries, backoff, context }: Asking): Promise<Json> {
  const { signal } = context
  for (let tried = 0; ; tried++) {
    const isLast = tried >= tries
    try {
      const headers = { 'content-type': 'application/json' }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds(timeout))])
      const response = await fetch(endpoint, { method: 'POST', headers, body, signal: limit })
      const { text, isWhole } = await readUpTo(response.body, MAX_BYTES)
      if (!isWhole) throw failed(endpoint, `it answered more than ${MAX_BYTES >> 20} MiB`)
      if (response.ok) return readJsonOr(text) ?? null
      if (isLast || !WORTH_A_RETRY.includes(response.status)) throw failed(endpoint, `it answered ${response.status} ${text.slice(0, 200)}`)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof TracewrightError) throw error
      if (isLast) throw failed(endpoint, messageOf(error), error)
    }
    await wait(milliseconds(backoff ** tried), undefined, { signal })
  }
}

function failed(endpoint: string, reason: string, cause?: unknown): TracewrightError {
  return new TracewrightError('column', `Cannot validate at ${endpoint}: ${reason}`, cause === undefined ? {} : { cause })
}
