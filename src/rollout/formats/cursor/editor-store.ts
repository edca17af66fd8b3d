import { messageOf } from '../../../errors.ts'
import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { ParseJob } from '../../format.ts'
import { type Entry, readRecord } from '../../log/entries.ts'
import type { Source } from '../../log/source.ts'
import { boundedColumns, openTables, rowsOf } from '../../log/stored-rows.ts'
import type { Chat } from './chat.ts'
import { parentInEditor } from './lineage.ts'
import { Teller } from './tell.ts'

/** Open the editor's store. */
export function openStore(source: Source, file: string) {
  return openTables(source, file, NEEDED, "the store of Cursor's editor, state.vscdb")
}

const NEEDED = { cursorDiskKV: ['key', 'value'] }

/** Ids of the chats in the editor's store; reads none of them. */
export async function listChats(source: Source, file: string): Promise<string[]> {
  const database = await openStore(source, file)
  const sql = "SELECT key FROM cursorDiskKV WHERE key >= 'composerData:' AND key < 'composerData;' ORDER BY key"
  return [...rowsOf(database, sql)].flatMap(({ key }) => (typeof key === 'string' ? [key.slice('composerData:'.length)] : []))
}

/** Read a chat of the editor's store: what is known of it, and its bubbles in the order it lists them. */
export async function readEditorChat(job: ParseJob, file: string, id: string): Promise<Chat> {
  const database = await openStore(job.source, file)
  const { ledger } = job
  const select = `SELECT rowid AS _row, ${boundedColumns(new Set(['key', 'value']))} FROM cursorDiskKV`
  const read = (row: JsonObject) => readRecord(ledger, file, numberOrNull(row['_row']) ?? 0, String(row['value'] ?? ''))
  let head: JsonObject = {}
  for (const row of rowsOf(database, `${select} WHERE key = ?`, `composerData:${id}`)) {
    const entry = read(row)
    if (entry === null) continue
    head = entry.record
    ledger.settle(entry.place, 'metadata', 'what is known of the chat')
  }
  const stored = new Map<string, Entry>()
  const parent = parentInEditor(head)
  const dialogue = new ChatDialogue(ledger, file, parent === null ? 'human' : 'agent')
  try {
    for (const row of rowsOf(database, `${select} WHERE key >= ? AND key < ? ORDER BY rowid`, `bubbleId:${id}:`, `bubbleId:${id};`)) {
      const entry = read(row)
      if (entry !== null) stored.set(String(row['key']).slice(`bubbleId:${id}:`.length), entry)
    }
  } catch (error) {
    ledger.settle(ledger.read(file, 0), 'unparsed', 'damaged store')
    dialogue.conversation.diagnose('damaged_store', null, messageOf(error))
  }
  const bubbles = new Teller(dialogue, ledger)
  for (const entry of inOrder(head, stored, { file, ledger })) bubbles.tell(entry)
  for (const { place } of stored.values()) ledger.settle(place, 'abandoned', 'no longer in the conversation')
  const status = stringOrNull(head['status'])
  return {
    id,
    file,
    said: dialogue.finish(),
    ending: {
      isSilent: status === null || status === 'completed',
      isInterrupted: status === 'aborted',
      error: status === 'error' ? { status } : null,
    },
    parent,
    meta: metaOf(head),
    cwd: null,
    branch: stringOrNull(head['createdOnBranch']),
    times: [head['createdAt'], head['lastUpdatedAt']].flatMap(time => isoTime(time) ?? []),
  }
}

/** Bubbles in the order of their chat; what is taken is taken out of `stored`. Older chats have them inside. */
function inOrder(head: JsonObject, stored: Map<string, Entry>, at: { file: string; ledger: ParseJob['ledger'] }): Entry[] {
  const inline = Array.isArray(head['conversation']) ? head['conversation'].filter(isObject) : []
  const map = isObject(head['conversationMap']) ? head['conversationMap'] : {}
  const headers = Array.isArray(head['fullConversationHeadersOnly']) ? head['fullConversationHeadersOnly'].filter(isObject) : []
  const found = (headers.length > 0 ? headers : inline).flatMap((header, i): Entry[] => {
    const id = stringOrNull(header['bubbleId']) ?? ''
    const entry = stored.get(id)
    stored.delete(id)
    if (entry !== undefined) return [entry]
    const record = isObject(map[id]) ? map[id] : header
    if (record['text'] === undefined && !isObject(record['toolFormerData'])) return []
    return [{ place: at.ledger.read(at.file, i + 1, null, record), record, text: null }]
  })
  if (headers.length + inline.length > 0 || stored.size === 0) return found
  // A chat that lost its list: the order in which they were written is all there is.
  const all = [...stored.values()]
  stored.clear()
  return all
}

/** What is known of a chat in words and numbers; the rest is the state of its window. */
function metaOf(head: JsonObject): JsonObject {
  const model = isObject(head['modelConfig']) ? (parseJson(writeJson(head['modelConfig'])) ?? null) : null
  const plain = Object.entries(head).filter(([, value]: [string, Json]) => typeof value !== 'object' && value !== false && value !== 0)
  return { ...restOf(Object.fromEntries(plain), TOLD), ...(isObject(model) ? { model_config: model } : {}) }
}

const TOLD = new Set(['text', 'richText', 'createdAt', 'lastUpdatedAt', 'speculativeSummarizationEncryptionKey'])
