import type { JsonObject } from '../json/json.ts'
import { milliseconds } from '../milliseconds.ts'
import { cancelled } from './cancel.ts'
import { connectionFailure, timeoutFailure } from './connection-failure.ts'
import { httpFailure } from './http-failure.ts'
import { ModelError } from './model-error.ts'
import { onAbort } from './on-abort.ts'
import { readUpTo } from './read-up-to.ts'
import { secretsOf, withoutSecrets } from './secrets.ts'

/** Which model of which server is asked, as whom, and with what besides the question. */
export type Asking = {
  endpoint: string // base URL
  model: string
  headers: Record<string, string>
  extraBody: JsonObject | null // into every request body
  signal: AbortSignal | undefined
}

/** What is sent, and how long to wait. */
export type Post = {
  endpoint: string // base URL, for messages
  url: string
  headers: Record<string, string>
  body: string
  timeout?: number | undefined // seconds; default 60
  maxBytes?: number // of a reply; default 32 MiB
  signal?: AbortSignal | null | undefined
}

const DEFAULT_TIMEOUT = 60

/** More than any model writes in one reply. */
const MAX_BYTES = 32 << 20

/** As much of an error as is worth reading. */
const MAX_ERROR_BYTES = 64 << 10

let connections: Promise<{ undici: typeof import('undici'); agent: import('undici').Agent }> | null = null

/** The pool of kept-alive connections all providers share. Loaded with the first request, since it costs the command line 50 ms. */
function openConnections() {
  connections ??= import('undici').then(undici => ({
    undici,
    agent: new undici.Agent({ connections: 1024, keepAliveTimeout: 30_000, connectTimeout: 10_000, headersTimeout: 0, bodyTimeout: 0 }),
  }))
  return connections
}

/** Send a request and give the body of a success; whatever else happens is thrown as a `ModelError`. */
export async function post({
  endpoint,
  url,
  headers,
  body,
  timeout = DEFAULT_TIMEOUT,
  maxBytes = MAX_BYTES,
  signal = null,
}: Post): Promise<string> {
  const { undici, agent } = await openConnections()
  const stop = stopper(signal, timeout)
  try {
    const response = await undici.request(url, { method: 'POST', headers, body, dispatcher: agent, signal: stop.signal })
    const status = response.statusCode
    const isError = status < 200 || status > 299
    const read = await readUpTo(response.body, isError ? MAX_ERROR_BYTES : maxBytes)
    const text = withoutSecrets(read.text, secretsOf(headers))
    if (isError) throw httpFailure({ endpoint, status, body: text, headers: response.headers })
    if (!read.isWhole) throw tooLarge(endpoint, maxBytes)
    return text
  } catch (error) {
    if (error instanceof ModelError) throw error
    if (signal?.aborted) throw cancelled(signal)
    throw stop.timedOut() ? timeoutFailure(endpoint, timeout) : connectionFailure(endpoint, error)
  } finally {
    stop.clear()
  }
}

function tooLarge(endpoint: string, maxBytes: number): ModelError {
  return new ModelError(
    `Cannot read the reply of ${endpoint}: found more than ${Math.round(maxBytes / (1 << 20))} MiB, expected one of a model`,
    {
      failure: 'reply_too_large',
      hint: 'Set max_tokens, or check that the endpoint is a model server',
    },
  )
}

/** A signal that fires with the caller's, or when the time is up. */
function stopper(outer: AbortSignal | null, seconds: number) {
  const controller = new AbortController()
  let late = false
  const timer = setTimeout(() => {
    late = true
    controller.abort()
  }, milliseconds(seconds))
  const abort = () => controller.abort()
  if (outer?.aborted) abort()
  const forget = outer === null ? () => {} : onAbort(outer, abort)
  return {
    signal: controller.signal,
    timedOut: () => late,
    clear: () => {
      clearTimeout(timer)
      forget()
    },
  }
}
