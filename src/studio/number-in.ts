import { TracewrightError } from '../errors.ts'
import { visibleLine } from '../visible.ts'

/** A whole number of an address, between bounds; the default where it is not given. */
export function numberIn(
  text: string | null | undefined,
  name: string,
  { from = 0, to, otherwise }: { from?: number; to: number; otherwise: number },
): number {
  if (text == null || text === '') return otherwise
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new TracewrightError(
    'usage',
    `Cannot read ${name}: found '${visibleLine(text.slice(0, 50))}', expected a whole number from ${from} to ${to}`,
  )
}
