import type { States } from '../log/resume.ts'
import { takeFrom } from './take-from.ts'

/** States in memory; every one that is offered is kept. */
export class KeptStates implements States {
  readonly files = new Map<string, Buffer>()
  loads = 0 // of states that were found, and counted for something

  load<T>(path: string, read: (take: (length: number) => Buffer) => T): T | null {
    const bytes = this.files.get(path)
    if (bytes === undefined) return null
    try {
      const value = read(takeFrom(bytes))
      if (value !== null) this.loads++
      return value
    } catch {
      return null
    }
  }

  isWanted(): boolean {
    return true
  }

  save(path: string, pieces: readonly Buffer[]): void {
    this.files.set(path, Buffer.concat(pieces))
  }
}
