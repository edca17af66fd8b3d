import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readRecord } from '../../log/entries.ts'
import type { Source } from '../../log/source.ts'
import { kindByPlace } from './sniff.ts'
import { spawnsIn } from './store.ts'
import { factsOf, type StoredMessage, type StoredSession } from './stored-session.ts'

/** Files of a session's messages and parts: folders are named for what they belong to, in some versions by the id inside its file. */
export async function filesOfTree(source: Source, storage: string, sessionFile: string): Promise<string[]> {
  const at = (path: string) => (storage === '' ? path : `${storage}/${path}`)
  const session = posix.basename(sessionFile, '.json')
  const inside = stringOrNull((await recordIn(source, sessionFile))['id'])
  const messages = [session, inside].flatMap(name => jsonIn(source, name === null || !isName(name) ? null : at(`message/${name}`)))
  const files: string[] = []
  for (const message of new Set(messages)) {
    const parts = jsonIn(source, at(`part/${posix.basename(message, '.json')}`))
    if (parts.length === 0) {
      const id = stringOrNull((await recordIn(source, message))['id'])
      if (id !== null && isName(id)) parts.push(...jsonIn(source, at(`part/${id}`)))
    }
    files.push(message, ...parts)
  }
  return files
}

/** Read a session of the tree: each message and each part is a file. */
export async function readTree({ source, ledger }: ParseJob, { files, key }: Unit): Promise<StoredSession> {
  let header: JsonObject = {}
  const messages: StoredMessage[] = []
  const parts: Entry[] = []
  for (const file of files) {
    const text = (await source.text(file)) ?? ''
    if (text.trim() === '') continue
    const entry = readRecord(ledger, file, 1, text)
    if (entry === null) continue
    const { record, place } = entry
    const kind = kindByPlace(file)?.kind ?? 'session'
    if (kind !== 'part') ledger.settle(place, 'metadata', `what is known of ${kind === 'session' ? 'the session' : 'a message'}`)
    if (kind === 'session') header = record
    else if (kind === 'part') parts.push(entry)
    else messages.push({ id: stringOrNull(record['id']) ?? posix.basename(file, '.json'), info: record, place, parts: [] })
  }
  const facts = factsOf(header)
  const id = stringOrNull(header['id']) ?? posix.basename(key, '.json')
  const session: StoredSession = { id, file: files[0]!, ...facts, worktree: null, messages: messages.sort(byTime), diagnostics: [] }
  const byName = new Map(
    messages.flatMap(message => [message.id, posix.basename(message.place.file, '.json')].map(name => [name, message])),
  )
  for (const entry of parts) {
    const owner = byName.get(kindByPlace(entry.place.file)!.owner) ?? byName.get(String(entry.record['messageID']))
    if (owner !== undefined) owner.parts.push(entry)
    else {
      ledger.settle(entry.place, 'metadata', 'part of no message')
      session.diagnostics.push({ code: 'orphan_part', at: `${entry.place.file}:1`, detail: entry.record })
    }
  }
  return session
}

/** The session that spawned another, by the files beside it. */
export async function parentInTree(source: Source, file: string, id: string): Promise<string | null> {
  const path = sessionFile(source, file, id)
  return path === null ? null : stringOrNull((await recordIn(source, path))['parentID'])
}

/** The calls of a session that spawned others, by these. */
export async function spawnsInTree(source: Source, file: string, id: string): Promise<ReadonlyMap<string, string>> {
  const path = sessionFile(source, file, id)
  const place = path === null ? null : kindByPlace(path)
  if (path === null || place === null) return new Map()
  return source.shared(`opencode spawns ${path}`, async () => {
    const files = (await filesOfTree(source, place.storage, path)).filter(name => kindByPlace(name)?.kind === 'part')
    const parts: JsonObject[] = []
    for (const part of files) parts.push(await recordIn(source, part))
    return spawnsIn(parts)
  })
}

/** The file of a session beside another's. */
function sessionFile(source: Source, file: string, id: string): string | null {
  const folder = posix.dirname(file)
  const found = isName(id) ? [`${folder}/${id}.json`, `${folder}/ses_${id}.json`] : []
  return found.find(path => source.facts(path) !== null) ?? null
}

function byTime(a: StoredMessage, b: StoredMessage): number {
  return timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1)
}

function timeOf({ info }: StoredMessage): number {
  const time = info['time']
  return isObject(time) ? (numberOrNull(time['created']) ?? 0) : 0
}

function jsonIn(source: Source, folder: string | null): string[] {
  if (folder === null) return []
  return source.names(folder).flatMap(name => (name.endsWith('.json') ? [`${folder}/${name}`] : []))
}

/** Whether an id out of a file can be the name of a folder, and no way to another. */
function isName(id: string): boolean {
  return /^[\w.-]+$/.test(id) && !/^\.+$/.test(id)
}

async function recordIn(source: Source, file: string): Promise<JsonObject> {
  const value = parseJson((await source.text(file).catch(() => null)) ?? '')
  return isObject(value) ? value : {}
}
