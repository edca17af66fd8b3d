import { cancelled } from './cancel.ts'
import { connectionFailure, timeoutFailure } from './connection-failure.ts'
import { httpFailure } from './http-failure.ts'
import { ModelError } from './model-error.ts'
import { onAbort } from './on-abort.ts'

/** What is sent, and how long to wait. */
export type Post = {
  endpoint: string // base URL, for messages
  url: string
  headers: Record<string, string>
  body: string
  timeout?: number | undefined // seconds; default 60
  signal?: AbortSignal | null | undefined
}

const DEFAULT_TIMEOUT = 60

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
export async function post({ endpoint, url, headers, body, timeout = DEFAULT_TIMEOUT, signal = null }: Post): Promise<string> {
  const { undici, agent } = await openConnections()
  const stop = stopper(signal, timeout)
  try {
    const response = await undici.request(url, { method: 'POST', headers, body, dispatcher: agent, signal: stop.signal })
    const text = await response.body.text()
    const status = response.statusCode
    if (status < 200 || status > 299) throw httpFailure({ endpoint, status, body: text, headers: response.headers })
    return text
  } catch (error) {
    if (error instanceof ModelError) throw error
    if (signal?.aborted) throw cancelled(signal)
    throw stop.timedOut() ? timeoutFailure(endpoint, timeout) : connectionFailure(endpoint, error)
  } finally {
    stop.clear()
  }
}

/** A signal that fires with the caller's, or when the time is up. */
function stopper(outer: AbortSignal | null, seconds: number) {
  const controller = new AbortController()
  let late = false
  const timer = setTimeout(() => {
    late = true
    controller.abort()
  }, seconds * 1000)
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
