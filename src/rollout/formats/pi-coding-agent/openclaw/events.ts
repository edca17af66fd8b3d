import type { DatabaseSync } from 'node:sqlite'
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib'
import { storedColumns } from '../../../log/stored-columns.ts'

/** One event of a session: its text as the agent wrote it, or why it cannot be had. */
export type StoredEvent = { text: string } | { problem: string }

/** An event is refused above this size; OpenClaw itself writes none above four megabytes. */
const MAX_EVENT_BYTES = 64 << 20

/** An archive is refused above this size, and not unfolded further than `MAX_UNFOLDED_BYTES`. */
const MAX_ARCHIVE_BYTES = 256 << 20
const MAX_UNFOLDED_BYTES = 2 ** 31

/** The events of a live session in their order; large ones are kept compressed since schema 23. */
export function* eventsOf(database: DatabaseSync, session: string): Iterable<StoredEvent> {
  const isCompressed = storedColumns(database, 'transcript_events').has('event_zstd')
  const bounded = (column: string) => `CASE WHEN octet_length(${column}) <= ${MAX_EVENT_BYTES} THEN ${column} END`
  const zstd = isCompressed
    ? `${bounded('event_zstd')} AS zstd, octet_length(event_zstd) AS zstd_bytes`
    : 'NULL AS zstd, NULL AS zstd_bytes'
  const sql = `SELECT ${bounded('event_json')} AS json, octet_length(event_json) AS bytes, ${zstd} FROM transcript_events WHERE session_id = ? ORDER BY seq`
  for (const { json, bytes, zstd: packed, zstd_bytes } of database.prepare(sql).iterate(session)) {
    if (typeof json === 'string') yield { text: json }
    else if (json instanceof Uint8Array) yield { text: Buffer.from(json).toString('utf8') }
    else if (packed instanceof Uint8Array) yield unfolded(packed)
    else yield { problem: Number(bytes ?? zstd_bytes ?? 0) > MAX_EVENT_BYTES ? 'too long' : 'event without content' }
  }
}

function unfolded(packed: Uint8Array): StoredEvent {
  try {
    return { text: zstdDecompressSync(packed, { maxOutputLength: MAX_EVENT_BYTES }).toString('utf8') }
  } catch {
    return { problem: 'compressed event that cannot be unfolded' }
  }
}

/** The bytes of an archived transcript, JSON Lines as the file had them, and why it was archived. */
export async function* archiveOf(database: DatabaseSync, session: string, generation: string): AsyncIterable<Buffer> {
  const sql = `SELECT encoding, octet_length(archive_blob) AS bytes,
    CASE WHEN octet_length(archive_blob) <= ${MAX_ARCHIVE_BYTES} THEN archive_blob END AS blob
    FROM session_transcript_archives WHERE session_id = ? AND generation = ?`
  const row = database.prepare(sql).get(session, generation)
  const { encoding, bytes, blob } = row ?? {}
  const packed = blob instanceof Uint8Array ? Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength) : null
  if (packed === null) throw new Error(`archive of ${String(bytes ?? 'no')} bytes, expected at most ${MAX_ARCHIVE_BYTES}`)
  if (encoding === 'identity') yield packed
  else if (encoding === 'zstd') yield* decompressed(packed)
  else throw new Error(`archive is encoded as '${String(encoding)}', expected 'identity' or 'zstd'`)
}

async function* decompressed(packed: Buffer): AsyncIterable<Buffer> {
  const stream = createZstdDecompress()
  stream.end(packed)
  let length = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > MAX_UNFOLDED_BYTES) throw new Error(`archive unfolds to more than ${MAX_UNFOLDED_BYTES} bytes`)
    yield piece
  }
}
