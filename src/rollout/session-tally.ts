import type { UnitRef } from './find.ts'
import { DayRange, type DaySpan } from './session-days.ts'

/** How much of one agent's was found. */
export type SessionCounts = DaySpan & { sessions: number; files: number; bytes: number }

/** Counts what was found of one agent: a file that holds many sessions, or is part of several, counts once. */
export class SessionTally {
  private sessions = 0
  private bytes = 0
  private readonly files = new Set<string>()
  private readonly days = new DayRange()

  /** Take a session in. */
  take({ format, source, unit }: UnitRef): void {
    this.sessions++
    this.days.take(format, source, unit)
    for (const file of unit.files) {
      const [path, facts] = [`${source.root}/${file}`, source.facts(file)]
      if (facts === null || this.files.has(path)) continue
      this.files.add(path)
      this.bytes += facts.size
    }
  }

  /** The counts, when all sessions were taken in. */
  async counts(): Promise<SessionCounts> {
    return { sessions: this.sessions, files: this.files.size, bytes: this.bytes, ...(await this.days.span()) }
  }
}
