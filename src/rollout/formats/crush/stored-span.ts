import { isoTime } from '../../conversation/iso-time.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** The first and the last time at which something was said in a store. */
export async function storedSpan(source: Source, file: string): Promise<{ first: string; last: string } | null> {
  const database = await openStore(source, file)
  if (!storedColumns(database, 'messages').has('created_at')) return null
  for (const row of rowsOf(database, 'SELECT min(created_at) AS first, max(created_at) AS last FROM messages')) {
    const [first, last] = [isoTime(row['first']), isoTime(row['last'])]
    if (first && last) return { first, last }
  }
  return null
}
