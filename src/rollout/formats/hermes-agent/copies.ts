import { type Entry, identityOf } from './entry.ts'

/** How many messages before and after a summary repeat the ones it was made from. */
export type CopiedRange = { head: number; tail: number }

/**
 * When Hermes compacts, it writes the first and the last messages again around the summary at `at`. Counts those of `after`
 * that repeat the start and the end of `before`.
 */
export function copiedAround(before: readonly string[], after: readonly string[], at: number): CopiedRange {
  let head = Math.min(at, before.length)
  while (head > 0 && !same(before, 0, after, at - head, head)) head--
  let tail = Math.min(after.length - at - 1, before.length - head)
  while (tail > 0 && !same(before, before.length - tail, after, at + 1, tail)) tail--
  return { head, tail }
}

/** How many messages a branch repeats from the start of the session it left. */
export function copiedPrefix(parent: readonly Entry[], child: readonly Entry[]): number {
  let length = 0
  while (length < Math.min(parent.length, child.length) && identityOf(parent[length]!) === identityOf(child[length]!)) length++
  return length
}

function same(a: readonly string[], fromA: number, b: readonly string[], fromB: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[fromA + i] !== b[fromB + i]) return false
  return true
}
