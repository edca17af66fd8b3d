import { WholeFile } from '../../disk/whole-file.ts'
import { TracewrightError } from '../../errors.ts'
import type { Loss } from '../conversation/account.ts'

/**
 * What was left out, in a file and counted by reason: a line for each row that could not be read, and for each session and reason for which words
 * of the model were dropped or a row could not be made, with how many tokens it cost.
 */
export class Rejects {
  /** Lines by reason. */
  readonly counts: { [reason: string]: number } = Object.create(null) as { [reason: string]: number }
  private readonly file: WholeFile | null

  /** Without a path it is but counted. */
  constructor(path: string | null) {
    this.file = path === null ? null : new WholeFile(path)
  }

  /** The name under which a reason is counted here and in the funnel. */
  kindOf(reason: string): string {
    const short = reason.slice(0, 300)
    const known = Object.keys(this.counts).length
    if (short in this.counts || known < TOLD_APART) return short
    const alike = short.replace(/\d+/g, 'N')
    return alike in this.counts || known < 2 * TOLD_APART ? alike : 'other reasons'
  }

  /** A row that is none. */
  add(at: string, reason: string): void {
    this.enter(at, reason, {})
  }

  /** What a session lost; gives the name of the reason. */
  lose(at: string, { reason, tokens, place }: Loss): string {
    return this.enter(at, reason, { tokens, ...(place === null ? {} : { place }) })
  }

  close(): void {
    this.file?.close()
  }

  abort(): void {
    this.file?.abort()
  }

  private enter(at: string, reason: string, more: { tokens?: number; place?: string }): string {
    const kind = this.kindOf(reason)
    this.counts[kind] = (this.counts[kind] ?? 0) + 1
    const detail = kind === reason ? {} : { detail: reason }
    this.file?.write(`${JSON.stringify({ at, reason: kind, ...detail, ...more })}\n`)
    return kind
  }
}

/** So many reasons are told apart; then numbers in them no longer are, and at last none is. */
const TOLD_APART = 100

/** What a template or a dialect refuses costs the example; any other error is ours and ends the export. */
export function attempt<T>(make: () => T): { value: T } | { reason: string } {
  try {
    return { value: make() }
  } catch (error) {
    if (error instanceof TracewrightError && error.kind !== 'defect') return { reason: error.sentence }
    throw error
  }
}
