import { posix } from 'node:path'
import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { ParseJob } from '../../format.ts'
import { readRecord } from '../../log/entries.ts'
import { openTables } from '../../log/stored-rows.ts'
import type { Chat } from './chat.ts'

/**
 * Read the store that the command line keeps of one chat: blobs named by their hashes. The root lists those of the messages, which
 * are JSON; what other blobs hold is not published.
 */
export async function readChatStore(job: ParseJob, file: string): Promise<Chat> {
  const database = await openTables(job.source, file, NEEDED, "the store of a chat of Cursor's command line, store.db")
  const { ledger } = job
  const meta = metaIn(String(database.prepare("SELECT value FROM meta WHERE key = '0'").get()?.['value'] ?? ''))
  ledger.settle(ledger.read(file, 0, null, meta), 'metadata', 'what is known of the chat')
  const dialogue = new ChatDialogue(ledger, file)
  const find = database.prepare('SELECT rowid AS row, data FROM blobs WHERE id = ?')
  const taken = new Set<number>()
  for (const hash of hashesIn(find.get(stringOrNull(meta['latestRootBlobId']) ?? '')?.['data'])) {
    const found = find.get(hash)
    const row = numberOrNull(Number(found?.['row']))
    if (found === undefined || row === null || taken.has(row) || !isText(found['data'])) continue
    taken.add(row)
    const entry = readRecord(ledger, file, row, Buffer.from(found['data'] as Uint8Array).toString('utf8'))
    if (entry !== null) tellMessage(dialogue, entry)
  }
  for (const { row } of database.prepare('SELECT rowid AS row FROM blobs').all())
    if (!taken.has(Number(row))) ledger.settle(ledger.read(file, Number(row)), 'metadata', 'blob that is no message of the last state')
  const id = stringOrNull(meta['agentId']) ?? posix.basename(posix.dirname(file))
  const time = isoTime(meta['createdAt'])
  return {
    id,
    file,
    said: dialogue.finish(),
    ending: { isSilent: true },
    parent: null,
    meta: restOf(meta, new Set(['createdAt', 'latestRootBlobId'])),
    cwd: null,
    branch: null,
    times: time === null ? [] : [time],
  }
}

const NEEDED = { blobs: ['id', 'data'], meta: ['key', 'value'] }

/** A hash in a list of a blob: a field of 32 bytes. */
const LISTED_HASH = Buffer.from([0x0a, 0x20])
const HASH_BYTES = 32

/** The hashes that a blob lists, in order. */
function hashesIn(data: unknown): string[] {
  const bytes = data instanceof Uint8Array ? Buffer.from(data) : Buffer.alloc(0)
  const hashes: string[] = []
  for (let at = bytes.indexOf(LISTED_HASH); at >= 0; at = bytes.indexOf(LISTED_HASH, at + 2 + HASH_BYTES)) {
    const hash = bytes.subarray(at + 2, at + 2 + HASH_BYTES)
    if (hash.length === HASH_BYTES) hashes.push(hash.toString('hex'))
  }
  return hashes
}

function isText(data: unknown): boolean {
  return data instanceof Uint8Array && data[0] === 0x7b
}

/** What is known of the chat: JSON, in hex. */
function metaIn(value: string): JsonObject {
  const meta = readJsonOr(value) ?? readJsonOr(Buffer.from(value, 'hex').toString('utf8'))
  return isObject(meta) ? meta : {}
}
