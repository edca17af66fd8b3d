/** Whether a value is a count: a whole number that is not below the least. */
export function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least
}

/** What is expected of a count, for errors. */
export function countFrom(least: number): string {
  return `a whole number from ${least}`
}
