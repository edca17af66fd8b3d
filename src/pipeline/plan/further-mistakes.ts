import type { Problem } from '../../column/column.ts'
import { MISSING_TEXT } from '../../fields.ts'
import { mistakesOf, type Planned } from './plan.ts'

/**
 * Mistakes of what could be read of a config, without those that only follow: columns that could not be read (`unread`) are not there,
 * nor are those of a seed that is not known (`seedColumns` null).
 */
export function furtherMistakes(given: Planned, seedColumns: readonly string[] | null, unread: readonly string[] = []): Problem[] {
  const lost = new Set(unread)
  return mistakesOf(given, seedColumns ?? []).filter(({ message, hint = '' }) => {
    const read = /reads '(.*?)', which is neither/.exec(message)?.[1]
    if (read !== undefined && (seedColumns === null || isOf(read, lost))) return false
    if (lost.size > 0 && message === 'All columns are dropped') return false
    return !`${message}${hint}`.includes(MISSING_TEXT) && message !== 'The config has neither a seed nor a column'
  })
}

/** Whether a name is one of these, or of what one of them makes beside itself: `answer__reasoning` is of `answer`. */
function isOf(name: string, makers: ReadonlySet<string>): boolean {
  if (makers.has(name)) return true
  for (let at = name.indexOf('__'); at !== -1; at = name.indexOf('__', at + 1)) if (makers.has(name.slice(0, at))) return true
  return false
}
