import { writeJson } from '../json/exact.ts'
import { isObject, parseJson } from '../json/json.ts'
import { type FailureKind, ModelError } from './model-error.ts'

/** What kind of failure an HTTP status and the server's words mean. */
export function failureKind(status: number, body: string): FailureKind {
  if ((status === 400 || status === 402 || status === 403 || status === 429) && QUOTA.test(body)) return 'quota_exceeded'
  if (status === 400 && CONTEXT.test(body)) return 'context_window_exceeded'
  if (status === 400 && UNSUPPORTED.test(body)) return 'unsupported_params'
  return BY_STATUS[status] ?? (status >= 500 ? 'internal_server' : 'api_error')
}

const BY_STATUS: Record<number, FailureKind> = {
  400: 'bad_request',
  401: 'authentication',
  403: 'permission_denied',
  404: 'not_found',
  408: 'timeout',
  413: 'context_window_exceeded',
  422: 'unprocessable_entity',
  429: 'rate_limit',
}

const QUOTA = /insufficient_quota|credit balance is too low|exceeded your current quota|billing/i
const CONTEXT = /context[ _](?:length|window|size)|maximum context|too many tokens|prompt is too long/i
const UNSUPPORTED =
  /unsupported (?:parameter|value)|unsupported_(?:parameter|value)|unrecognized request argument|not supported with this model/i

/** What a person does about each kind, where something can be done. */
const HINTS: Partial<Record<FailureKind, (endpoint: string) => string>> = {
  authentication: () => "Check the provider's API key",
  permission_denied: () => 'Check that the API key may use this model',
  not_found: endpoint => `Check the model's name, and that the endpoint ${endpoint} is the base URL, which mostly ends in /v1`,
  context_window_exceeded: () => 'Shorten the prompt, or use a model with a larger context',
  quota_exceeded: () => "The provider's account is out of credit or over its quota: top it up, or use another provider",
  rate_limit: () => 'Lower max_parallel_requests, or go on later',
  unsupported_params: () => "Remove the parameter from the model's inference_parameters",
}

/** The error for a reply whose status is not a success. */
export function httpFailure(call: HttpCall): ModelError {
  const failure = failureKind(call.status, call.body)
  const said = spoken(call.body)
  const retryAfter = retryAfterSeconds(call.headers, Date.now())
  const hint = HINTS[failure]?.(call.endpoint)
  return new ModelError(
    `Cannot get a reply from ${call.endpoint}: found HTTP ${call.status}${said === '' ? '' : ` (${said})`}, expected a reply`,
    {
      failure,
      status: call.status,
      body: call.body,
      ...(retryAfter === null ? {} : { retryAfter }),
      ...(hint === undefined ? {} : { hint }),
    },
  )
}

/** The error for a success that holds no reply. */
export function unreadableReply(endpoint: string, body: string, cause?: unknown): ModelError {
  const start = body.replace(/\s+/g, ' ').slice(0, 120)
  return new ModelError(`Cannot read the reply of ${endpoint}: found ${start === '' ? 'an empty body' : start}, expected one of a model`, {
    failure: 'invalid_response',
    status: 200,
    body,
    hint: 'Check that the endpoint is the base URL of a model server, which mostly ends in /v1',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** An HTTP reply, as far as failures need it; header names in lower case. */
export type HttpCall = { endpoint: string; status: number; body: string; headers: Record<string, string | string[] | undefined> }

/** Seconds a server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date; null where it asks for none. `now`: where it does not say what time it is. */
export function retryAfterSeconds(headers: HttpCall['headers'], now: number): number | null {
  const milliseconds = Number.parseFloat(String(headers['retry-after-ms'] ?? ''))
  if (milliseconds >= 0) return milliseconds / 1000
  const text = String(headers['retry-after'] ?? '').trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const date = Date.parse(text)
  if (Number.isNaN(date)) return null
  // A date is one of the server's clock, and this one may go otherwise.
  const sent = Date.parse(String(headers['date'] ?? ''))
  return Math.max(0, (date - (Number.isNaN(sent) ? now : sent)) / 1000)
}

/** The server's own message, on one line. */
function spoken(body: string): string {
  const json = parseJson(body)
  const error = isObject(json) ? (json['error'] ?? json) : json
  const message = isObject(error) ? (error['message'] ?? error['detail'] ?? writeJson(error)) : typeof error === 'string' ? error : body
  const line = String(message).replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
