import type { JsonObject } from '../../json/json.ts'
import type { Failure } from '../rows/failure.ts'

/** Lets only those rows through that failed: a row made of one that failed before it became many, too. */
export class RetryFilter {
  /** Rows of the seed that must be drawn again. */
  readonly rows: ReadonlySet<string>
  private readonly dealtWith = new Set<string>()
  private readonly rejects: readonly JsonObject[]
  private readonly keys: ReadonlySet<string>
  private readonly failedAgain: Failure[] = []

  /** `rejects`: what the run could not make. What the seed could not give stays so. */
  constructor(rejects: readonly JsonObject[]) {
    this.rejects = rejects
    this.keys = new Set(rejects.map(reject => reject['row']).filter(row => typeof row === 'string'))
    this.rows = new Set([...this.keys].map(seedRowOf))
  }

  /** Whether a row of this key is to be made again. */
  wants(key: string): boolean {
    const steps = key.split('.')
    return steps.some((_, i) => this.keys.has(steps.slice(0, i + 1).join('.')))
  }

  /** Everything made of a row of the seed was tried again. */
  done(seedRow: string): void {
    this.dealtWith.add(seedRow)
  }

  /** A row failed again. */
  failed(failure: Failure): void {
    this.failedAgain.push(failure)
  }

  /** The rejects that are left: those that were not tried again yet, and those that failed again. */
  left(): JsonObject[] {
    return [...this.rejects.filter(({ row }) => typeof row !== 'string' || !this.dealtWith.has(seedRowOf(row))), ...this.failedAgain]
  }
}

/** Key of the seed's row that a row was made of. */
export function seedRowOf(key: string): string {
  return key.split('.')[0]!
}
