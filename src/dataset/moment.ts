import { TracewrightError } from '../errors.ts'

/**
 * A point in time as people say it: '7d' ago, 'today', 'yesterday', the last 'monday', '2026-11-01', a time of ISO 8601. Days begin
 * where this machine is. `name`: of what was to be told by it.
 */
export function momentOf(name: string, text: string, now: Date): Date {
  const word = text.trim().toLowerCase()
  const ago = /^(\d{1,6})\s*([mhdw])$/.exec(word)
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * UNITS[ago[2]!]!)
  if (word === 'now') return now
  if (word === 'today') return daysBefore(now, 0)
  if (word === 'yesterday') return daysBefore(now, 1)
  const weekday = word.length < 3 ? -1 : WEEKDAYS.findIndex(day => day.startsWith(word))
  if (weekday >= 0) return daysBefore(now, (now.getDay() - weekday + 7) % 7)
  // A day alone would be taken for one of Greenwich.
  const date = isDay(word) ? new Date(`${word}T00:00:00`) : new Date(/^\d{4}-\d\d-\d\dt/.test(word) ? text.trim() : Number.NaN)
  if (!Number.isNaN(date.getTime())) return date
  throw new TracewrightError('usage', `Cannot read --${name}: found '${text}', expected a time such as 7d, 2h, monday or 2026-11-01`)
}

const UNITS: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** The end of a day where a text names a whole one, else the moment itself. */
export function dayAfter(moment: Date, text: string): Date {
  const word = text.trim().toLowerCase()
  const isWhole = isDay(word) || (!/^\d/.test(word) && word !== 'now')
  return isWhole ? daysBefore(moment, -1) : moment
}

function isDay(word: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(word)
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
}
