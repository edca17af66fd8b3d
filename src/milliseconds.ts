/** The longest a timer can run, about 25 days: one that is to run longer ends at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Seconds as a timer takes them; of more than a timer can run, as many as it can. */
export function milliseconds(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_TIMER)
}
