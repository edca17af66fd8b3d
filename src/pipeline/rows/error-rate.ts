import type { Failure } from './failure.ts'

/** When to give up a run: more than `threshold` of the last `window` rows failed. */
export type ErrorRateOptions = {
  /** Share of rows that may fail, 0 to 1. */
  threshold: number
  /** Rows over which it is taken. */
  window: number
}

/** More than half of the last twenty. */
export const USUAL_ERROR_RATE: ErrorRateOptions = { threshold: 0.5, window: 20 }

/** Watches how many of the last rows failed, and why. */
export class ErrorRate {
  private readonly options: ErrorRateOptions | null
  private readonly recent: (string | null)[] = [] // cause; null: the row was made

  /** `options` null: never gives up. */
  constructor(options: ErrorRateOptions | null | undefined) {
    this.options = options === undefined ? USUAL_ERROR_RATE : options
  }

  /** A row was made. */
  succeeded(): void {
    this.push(null)
  }

  /** A row failed in a column. What the seed rejects says nothing of the run. */
  failed({ column, reason }: Failure): void {
    if (column !== null) this.push(`column '${column}': ${reason}`)
  }

  /** Why to give up, with the commonest causes; null while there is no reason to. */
  get reason(): string | null {
    if (this.options === null || this.recent.length < this.options.window) return null
    const causes = this.recent.filter(cause => cause !== null)
    if (causes.length <= this.options.threshold * this.recent.length) return null
    const commonest = [...Map.groupBy(causes, cause => cause)].sort((a, b) => b[1].length - a[1].length).slice(0, 3)
    const told = commonest.map(([cause, same]) => `${same.length} × ${cause}`).join('; ')
    return `${causes.length} of the last ${this.recent.length} rows failed: ${told}`
  }

  private push(cause: string | null): void {
    if (this.options === null) return
    this.recent.push(cause)
    if (this.recent.length > this.options.window) this.recent.shift()
  }
}
