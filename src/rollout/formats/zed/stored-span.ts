import { type StoredSpan, spanOf } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** When the first thread of a store was begun, or of older ones left, and when the last was changed. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const database = await openStore(source, file)
  const columns = storedColumns(database, 'threads')
  if (!columns.has('updated_at')) return null
  const first = columns.has('created_at') ? 'min(coalesce(created_at, updated_at))' : 'min(updated_at)'
  return spanOf(rowsOf(database, `SELECT ${first} AS first, max(updated_at) AS last FROM threads`))
}
