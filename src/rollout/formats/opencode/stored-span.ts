import { type StoredSpan, spanOf } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** The first and the last time at which something was said in a store; of older ones, at which a session was begun or changed. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const database = await openStore(source, file)
  for (const table of ['message', 'session']) {
    const columns = storedColumns(database, table)
    if (!columns.has('time_created')) continue
    const last = columns.has('time_updated') ? 'max(time_updated)' : 'max(time_created)'
    const span = spanOf(rowsOf(database, `SELECT min(time_created) AS first, ${last} AS last FROM ${table}`))
    if (span !== null) return span
  }
  return null
}
