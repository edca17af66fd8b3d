import { isoTime } from '../../conversation/iso-time.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** When the first thread of a store was begun, or of older ones left, and when the last was changed. */
export async function storedSpan(source: Source, file: string): Promise<{ first: string; last: string } | null> {
  const database = await openStore(source, file)
  const columns = storedColumns(database, 'threads')
  if (!columns.has('updated_at')) return null
  const first = columns.has('created_at') ? 'min(coalesce(created_at, updated_at))' : 'min(updated_at)'
  for (const row of rowsOf(database, `SELECT ${first} AS first, max(updated_at) AS last FROM threads`)) {
    const times = [isoTime(row['first']), isoTime(row['last'])]
    if (times[0] && times[1]) return { first: times[0], last: times[1] }
  }
  return null
}
