import { type StoredSpan, spanOf } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** The first and the last time at which something was said in a store. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const database = await openStore(source, file)
  if (!storedColumns(database, 'messages').has('created_at')) return null
  return spanOf(rowsOf(database, 'SELECT min(created_at) AS first, max(created_at) AS last FROM messages'))
}
