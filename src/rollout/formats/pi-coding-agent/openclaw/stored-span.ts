import type { Source } from '../../../log/source.ts'
import { hasColumns, openStore } from './store.ts'

/** The first and the last time at which something was put into a store. */
export async function storedSpan(source: Source, file: string): Promise<{ first: string; last: string } | null> {
  const database = await openStore(source, file)
  if (!hasColumns(database, 'transcript_events', ['created_at'])) return null
  const span = database.prepare('SELECT min(created_at) AS first, max(created_at) AS last FROM transcript_events').get()
  const [first, last] = [Number(span?.['first'] ?? 0), Number(span?.['last'] ?? 0)].map(time => new Date(time))
  return Number(first) > 0 && Number(last) > 0 ? { first: first!.toISOString(), last: last!.toISOString() } : null
}
