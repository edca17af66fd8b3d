import { parseJson } from '../../json/json.ts'
import { recover } from './recover.ts'

/**
 * The start of a log with the whole records of damaged lines each on a line of its own, as who judges it expects them: a program that
 * was stopped may have left out a line feed, or half a record before a whole one. Null where no line among the first holds such a record.
 */
export function recordsApart(head: string): string | null {
  const lines = head.split('\n')
  const whole = Math.min(lines.length - 1, LINES)
  let isOther = false
  for (let i = 0; i < whole; i++) {
    const line = lines[i]!
    if (!/^[\uFEFF\0]*\{"/.test(line) || parseJson(line) !== undefined) continue
    const records = [...recover(line, { isRecord: () => true })].filter(({ record }) => record !== null)
    if (records.length === 0) continue
    lines[i] = records.map(({ start, end }) => line.slice(start, end)).join('\n')
    isOther = true
  }
  return isOther ? lines.join('\n') : null
}

/** As many lines tell what a file is. */
const LINES = 20
