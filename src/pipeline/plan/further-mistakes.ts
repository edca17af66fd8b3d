import type { Problem } from '../../column/column.ts'
import { MISSING_TEXT } from '../../fields.ts'
import { mistakesOf, type Planned } from './plan.ts'

/**
 * Mistakes of what could be read of a config, without those that only follow: columns that could not be read (`unread`) are not there,
 * nor are those of a seed that is not known (`seedColumns` null).
 */
export function furtherMistakes(given: Planned, seedColumns: readonly string[] | null, unread: readonly string[] = []): Problem[] {
  return mistakesOf(given, seedColumns ?? []).filter(({ message, hint = '' }) => {
    const read = /reads '(.*?)', which is neither/.exec(message)?.[1]
    if (read !== undefined && (seedColumns === null || unread.some(name => read === name || read.startsWith(`${name}__`)))) return false
    return !`${message}${hint}`.includes(MISSING_TEXT) && message !== 'The config has neither a seed nor a column'
  })
}
