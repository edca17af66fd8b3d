import { setTimeout as sleep } from 'node:timers/promises'

/** What is heard of a server in time: what it answered, or nothing. */
export type Heard<T> = { answer: T } | null

/**
 * What something comes to within so many milliseconds, and before the signal fires; null: nothing so far. Who waits for a server that is away may wait for ever, and what it
 * says later is not asked for any more.
 */
export async function heardWithin<T>(milliseconds: number, said: Promise<T>, signal?: AbortSignal): Promise<Heard<T>> {
  const over = new AbortController()
  const ends = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
  const silence = sleep(milliseconds, null, { signal: ends }).catch(() => null) // rejected by the signal alone
  try {
    return await Promise.race([said.then(answer => ({ answer })), silence])
  } finally {
    said.catch(() => {}) // it is nobody's any more
    over.abort()
  }
}

/** Asks a server one thing after the other, and nothing more while it owes an answer: what waits for one that is away does not pile up. */
export class PatientAsker {
  private readonly milliseconds: number
  private readonly stop: AbortSignal
  private owed: Promise<unknown> | null = null

  constructor(milliseconds: number, stop: AbortSignal) {
    this.milliseconds = milliseconds
    this.stop = stop
  }

  /** What it answers; null: nothing in time, or nobody waits any more. Rejects where it refuses. */
  async ask<T>(question: () => Promise<T>): Promise<Heard<T>> {
    if (this.owed !== null && (await heardWithin(this.milliseconds, this.owed, this.stop)) === null) return null
    const said = question()
    const owed: Promise<void> = said
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.owed === owed) this.owed = null
      })
    this.owed = owed
    return heardWithin(this.milliseconds, said, this.stop)
  }
}
