import type { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { messageOf, TracewrightError } from '../../../errors.ts'
import type { JsonObject } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { boundedColumns, openTables, rowsOf } from '../../log/stored-rows.ts'

/** Open a store: `threads.db`. */
export function openStore(source: Source, file: string): Promise<DatabaseSync> {
  return openTables(source, file, { threads: ['id', 'data_type', 'data'] }, "Zed's threads.db")
}

/** Threads of a store; each is one value, so that none is known to be empty. */
export async function listThreads(source: Source, file: string): Promise<Map<string, number>> {
  const threads = new Map<string, number>()
  for (const { id } of rowsOf(await openStore(source, file), 'SELECT id FROM threads')) if (typeof id === 'string') threads.set(id, 1)
  return threads
}

/** What stands of a thread beside its data; empty where there is no such thread. */
export async function threadRow(source: Source, file: string, id: string): Promise<JsonObject> {
  const database = await openStore(source, file)
  const columns = storedColumns(database, 'threads')
  columns.delete('data')
  for (const row of rowsOf(database, `SELECT ${boundedColumns(columns)} FROM threads WHERE id = ?`, id)) return row
  return {}
}

/** The JSON of a thread, unpacked. Throws where it is packed in a way that is not known, damaged, or larger than any thread is. */
export async function threadText(source: Source, file: string, id: string): Promise<string> {
  const database = await openStore(source, file)
  const sql = 'SELECT data_type, iif(octet_length(data) > ?, NULL, data) AS data FROM threads WHERE id = ?'
  const { data_type: type, data } = database.prepare(sql).get(MAX_BYTES, id) ?? {}
  const where = `${file}#${id}`
  if (typeof data === 'string') return data
  if (!(data instanceof Uint8Array))
    throw new TracewrightError('rollout', `Cannot read thread: found no data of at most ${MAX_BYTES} bytes`, { where })
  if (type === 'json') return Buffer.from(data).toString('utf8')
  if (type !== 'zstd')
    throw new TracewrightError('rollout', `Cannot read thread: found data of type '${type}', expected json or zstd`, { where })
  try {
    return zstdDecompressSync(data, { maxOutputLength: MAX_BYTES }).toString('utf8')
  } catch (error) {
    throw new TracewrightError('rollout', `Cannot unpack thread: ${messageOf(error)}`, { where, cause: error })
  }
}

/** A thread with all its pictures is smaller; what unpacks to more is no thread. */
const MAX_BYTES = 128 << 20
