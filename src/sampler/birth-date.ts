import type { Random } from '../random.ts'

/** A day on which somebody was born who is so old today, as '1990-01-31'. */
export function birthDate(age: number, random: Random): string {
  const today = new Date()
  const day = (yearsAgo: number) => Date.UTC(today.getUTCFullYear() - yearsAgo, today.getUTCMonth(), today.getUTCDate()) / 86_400_000
  const [first, last] = [day(age + 1), day(age)]
  return new Date((first + 1 + random.integer(last - first)) * 86_400_000).toISOString().slice(0, 10)
}
