import type { StoredSpan } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { columnsOf, openStore } from './database.ts'
import { isoTime } from './time.ts'

/** The first and the last time at which something was said in a store. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const database = await openStore(source, file)
  if (!columnsOf(database, 'messages').has('timestamp')) return null
  for (const { first, last } of rowsOf(database, 'SELECT min(timestamp) AS first, max(timestamp) AS last FROM messages')) {
    const times = [isoTime(first), isoTime(last)]
    if (times[0] && times[1]) return { first: times[0], last: times[1] }
  }
  return null
}
