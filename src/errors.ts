/** What kind of thing went wrong, for programs that decide by it. Listed with cause and remedy in docs/errors.md. */
export type ErrorKind = 'usage' | 'config' | 'template' | 'rollout' | 'seed' | 'column' | 'model' | 'file' | 'cancelled' | 'defect'

/** Where an error happened and what caused it. */
export type ErrorDetails = {
  /** 'pipeline.yaml:14', "column 'summary'". */
  where?: string
  /** What to do next, one sentence. */
  hint?: string
  /** The error underneath. */
  cause?: unknown
}

/** The one error class of Tracewright: what was attempted, what was found, where, and what to do. */
export class TracewrightError extends Error {
  /** 'TracewrightError', or the name of the subclass. */
  override readonly name: string = 'TracewrightError'
  /** What kind of thing went wrong. */
  readonly kind: ErrorKind
  /** Where: a file with its line, or a place in a config; null: the message says it. */
  readonly where: string | null
  /** What to do about it; null: nothing is known to help. */
  readonly hint: string | null

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.where = details.where ?? null
    this.hint = details.hint ?? null
  }

  /** One line for a person: place, message, next step. */
  get sentence(): string {
    return `${this.where === null ? '' : `${this.where}: `}${this.message}${this.hint === null ? '' : `. ${this.hint}`}`
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof TracewrightError) return thrown.sentence
  return thrown instanceof Error ? thrown.message : String(thrown)
}
