import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'

/** What could not be written, in a file and counted by reason. */
export class Rejects {
  readonly counts: { [reason: string]: number } = Object.create(null) as { [reason: string]: number }
  private readonly file: WholeFile | null

  /** Without a path it is but counted. */
  constructor(path: string | null) {
    this.file = path === null ? null : new WholeFile(path)
  }

  add(at: string, reason: string): void {
    const kind = reason.replace(/\d+/g, 'N').slice(0, 200)
    const known = kind in this.counts || Object.keys(this.counts).length < 200 ? kind : 'other reasons'
    this.counts[known] = (this.counts[known] ?? 0) + 1
    this.file?.write(`${JSON.stringify({ at, reason })}\n`)
  }

  close(): void {
    this.file?.close()
  }

  abort(): void {
    this.file?.abort()
  }
}

/** What a template or a dialect refuses costs the example; any other error is ours and ends the export. */
export function attempt<T>(make: () => T): { value: T } | { reason: string } {
  try {
    return { value: make() }
  } catch (error) {
    if (error instanceof TracewrightError && error.kind !== 'defect') return { reason: error.sentence }
    throw error
  }
}
