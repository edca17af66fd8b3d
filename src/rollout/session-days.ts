import type { RolloutFormat, Unit } from './format.ts'
import { condensedHead } from './log/head.ts'
import type { Source } from './log/source.ts'

/** Of so many files, at most, times are looked for in the records: half of them those changed longest ago, half the newest. */
export const SAMPLED_FILES = 500

const END_BYTES = 1 << 14

/** So many files of a session are looked at for a time. */
const MOST_FILES = 4

/** Days on which the first and the last of some sessions were. */
export type DaySpan = { oldest: string | null; newest: string | null }

/**
 * When sessions were. Their names tell it where they hold a date, stores tell it of all they hold; of other files the first and the
 * last record of a sample do. The times of files tell when somebody copied them.
 */
export class DayRange {
  private oldest: string | null = null
  private newest: string | null = null
  private readonly undated: { source: Source; files: readonly string[]; mtimeMs: number }[] = []
  private readonly stores = new Map<string, { format: RolloutFormat; source: Source; file: string }>()

  /** Take a session in. */
  take(format: RolloutFormat, source: Source, unit: Unit): void {
    const file = unit.files[0]!
    const day = dayInName(unit.member ?? file.slice(file.lastIndexOf('/') + 1))
    if (day !== null) this.has(day)
    else if (unit.member !== undefined) this.stores.set(`${source.root}\n${file}`, { format, source, file })
    else this.undated.push({ source, files: unit.files.slice(0, MOST_FILES), mtimeMs: source.facts(file)?.mtimeMs ?? 0 })
  }

  /** The days, when all sessions were taken in. */
  async span(): Promise<DaySpan> {
    for (const { format, source, file } of this.stores.values()) {
      const span = await format.storedSpan?.(source, file).catch(() => null)
      if (span) for (const time of [span.first, span.last]) this.has(time.slice(0, 10))
    }
    this.undated.sort((a, b) => a.mtimeMs - b.mtimeMs)
    const { length } = this.undated
    const sample = this.undated.filter((_, i) => i < SAMPLED_FILES / 2 || i >= length - SAMPLED_FILES / 2)
    for (const { source, files } of sample) for (const day of await daysInFiles(source, files)) this.has(day)
    return { oldest: this.oldest, newest: this.newest }
  }

  private has(day: string): void {
    if (this.oldest === null || day < this.oldest) this.oldest = day
    if (this.newest === null || day > this.newest) this.newest = day
  }
}

/** The day in a name such as `rollout-2026-03-04T10-11-12-….jsonl` or `session_20260304_101112_….json`. */
export function dayInName(name: string): string | null {
  const [, year, month, day] = /(?<![0-9a-z])(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=[T_]\d\d|[-_.]|$)/i.exec(name) ?? []
  return year === undefined ? null : `${year}-${month}-${day}`
}

/** Days in the first file of a session that tells any: its messages may not, and what lies beside them does. */
async function daysInFiles(source: Source, files: readonly string[]): Promise<string[]> {
  for (const file of files) {
    const days = await daysInRecords(source, file)
    if (days.length > 0) return days
  }
  return []
}

async function daysInRecords(source: Source, file: string): Promise<string[]> {
  try {
    const head = (await source.head(file, END_BYTES)).toString('utf8')
    // A first record may be long, and tell its time at its end.
    const first = times(head)[0] ?? times(await condensedHead(source, file))[0]
    const size = source.facts(file)?.size ?? 0
    const end = file.endsWith('.zst') || size <= END_BYTES ? head : source.part(file, size - END_BYTES, END_BYTES).toString('utf8')
    return [first, times(end).at(-1) ?? first].filter(day => day !== undefined)
  } catch {
    return []
  }
}

/** A member that tells when its record was written: ISO text, or seconds or milliseconds since 1970. */
const TIME =
  /"(?:timestamp|time|ts|created_?at|started_?at|updated_?at|ended_?at|start_?time|end_?time)"\s*:\s*(?:"(20\d\d-\d\d-\d\d)[T ][^"]*"|(\d{10,13})(?:\.\d+)?\b)/gi

function times(text: string): string[] {
  return [...text.matchAll(TIME)].map(([, day, epoch]) => day ?? dayOf(Number(epoch)))
}

function dayOf(epoch: number): string {
  return new Date(epoch < 1e11 ? epoch * 1000 : epoch).toISOString().slice(0, 10)
}
