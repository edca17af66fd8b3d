/**
 * Let signals, timers and servers have their turn, where they have had none for a while: cells that only compute, and logs and
 * their rows that are read without a pause, follow each other without one, and nobody could stop them.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - turnedAt < LONGEST_MS) return
  await new Promise<void>(resolve => setImmediate(resolve))
  turnedAt = performance.now()
}

let turnedAt = performance.now()

const LONGEST_MS = 50
