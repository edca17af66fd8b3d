import { TracewrightError } from '../errors.ts'

/** What kind of failure a call to a model ended in. */
export type FailureKind =
  | 'bad_request'
  | 'context_window_exceeded'
  | 'unsupported_params'
  | 'authentication'
  | 'permission_denied'
  | 'not_found'
  | 'timeout'
  | 'unprocessable_entity'
  | 'rate_limit'
  | 'quota_exceeded'
  | 'internal_server'
  | 'api_error'
  | 'api_connection' // the server was not reached, or hung up
  | 'invalid_response' // the server answered something that is no reply
  | 'reply_too_large' // the server went on answering
  | 'invalid_reply' // the model's reply does not have the shape that was asked for
  | 'refused' // the model would not answer
  | 'filtered' // the provider kept the reply back
  | 'empty_reply'
  | 'thoughts_only'
  | 'tool_calls_only'
  | 'cut_off' // at max_tokens
  | 'empty_prompt' // not called: there was nothing to ask
  | 'no_picture' // not called: what was to be shown is no picture
  | 'circuit_open' // not called: the endpoint has been failing

/** What is known of a failure beside its message. */
export type FailureDetails = {
  failure: FailureKind
  status?: number
  body?: string // what the server said
  retryAfter?: number // seconds the server asked for
  hint?: string
  cause?: unknown
}

// A proxy in trouble answers 200 with half a body or a page of its own.
const PASSING: ReadonlySet<FailureKind> = new Set(['timeout', 'api_connection', 'invalid_response'])

/** A failed call to a model; `failure`, `status` and `retryAfter` are what limits, retries and breakers decide by. */
export class ModelError extends TracewrightError {
  readonly failure: FailureKind
  readonly status: number | null
  readonly body: string
  readonly retryAfter: number | null
  attempts = 1 // calls made to the server before giving up

  constructor(message: string, details: FailureDetails) {
    super('model', message, {
      ...(details.hint === undefined ? {} : { hint: details.hint }),
      ...(details.cause === undefined ? {} : { cause: details.cause }),
    })
    this.failure = details.failure
    this.status = details.status ?? null
    this.body = details.body ?? ''
    this.retryAfter = details.retryAfter ?? null
  }

  /** Whether the server said that it has too much to do, rather than that something is wrong. */
  get isOverload(): boolean {
    return this.failure === 'rate_limit' || this.status === 529 || this.status === 503
  }

  /** What was found, of the message that says what was attempted and expected too. */
  get found(): string {
    return /found (.*), expected/s.exec(this.message)?.[1] ?? this.message
  }

  /** Whether the endpoint, rather than the request, is at fault. */
  get isOutage(): boolean {
    if (this.failure === 'api_connection' || this.failure === 'timeout') return true
    return this.status !== null && this.status >= 500 && this.status !== 529
  }

  /** Whether the same request may succeed a little later. */
  get isPassing(): boolean {
    return this.isOverload || PASSING.has(this.failure) || this.status === 502 || this.status === 504
  }
}

/** The `ModelError` in a thrown value or among its causes; client libraries wrap what their transport throws. */
export function findModelError(thrown: unknown): ModelError | null {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error instanceof ModelError) return error
  return null
}
