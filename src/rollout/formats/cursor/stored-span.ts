import { type StoredSpan, spanOf } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './editor-store.ts'

/** When the first of the chats in the editor's store was begun, and the last was changed. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const database = await openStore(source, file)
  const sql = `SELECT min(begun) AS first, max(coalesce(changed, begun)) AS last
    FROM (SELECT json_extract(chat, '$.createdAt') AS begun, json_extract(chat, '$.lastUpdatedAt') AS changed
      FROM (SELECT CAST(value AS TEXT) AS chat FROM cursorDiskKV WHERE key >= 'composerData:' AND key < 'composerData;')
      WHERE json_valid(chat))
    WHERE typeof(begun) IN ('integer', 'real')`
  return spanOf(rowsOf(database, sql))
}
