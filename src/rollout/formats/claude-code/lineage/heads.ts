import { hash } from 'node:crypto'
import { writeJson } from '../../../../json/exact.ts'
import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { addTo } from '../../../add-to.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readLines } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { below, isSessionFile } from '../files.ts'
import { skipNoise } from '../noise.ts'
import { isRecord } from '../read.ts'

/** The session files of a project folder whose first message names a session. */
export async function namingSession(source: Source, folder: string, session: string): Promise<readonly string[]> {
  return (await headsOf(source, folder)).bySession.get(session) ?? []
}

/** The session files of its folder that begin with the same message as a file, itself among them. The words are compared only where ids are the same. */
export async function beginningAlike(source: Source, folder: string, path: string): Promise<readonly string[]> {
  const files = source.began.alike(path) ?? (await headsOf(source, folder)).alike(path)
  if (files.length < 2) return files
  const key = await keyOf(source, path)
  const alike: string[] = []
  for (const other of files) if ((await keyOf(source, other)) === key) alike.push(other)
  return alike
}

/** The id of a session file's first message, as far as its first bytes tell. */
export function firstUuid(path: string, head: string, isWhole: boolean): string | null | undefined {
  if (!isSessionFile(path)) return null
  const first = firstIn(head, isWhole)
  return first === 'unknown' ? undefined : stringOrNull(first?.['uuid'])
}

function keyOf(source: Source, path: string): Promise<string | null> {
  return source.shared(`claude_code head of ${path}`, async () => messageKey((await firstMessage(source, path).catch(() => null)) ?? {}))
}

/** How the session files of a project folder begin. */
type Heads = {
  bySession: ReadonlyMap<string, string[]> // session named in the first message → files
  alike(path: string): readonly string[] // files whose first message has the same id
}

/** Nearly all first messages end within the first of these; a folder may hold very many files. */
const HEAD_BYTES = [4096, 32768]

/** The index of a project folder, made once per source from the first bytes of its session files. */
function headsOf(source: Source, folder: string): Promise<Heads> {
  return source.shared(`claude_code heads of ${folder}`, () => readHeads(source, folder))
}

/**
 * What a message is known by in every copy of it: its id and its words. An id alone is not enough, sessions made by hand reuse them.
 * Null for records that are not of the dialogue; Claude Code writes the caveat of a local command with one id into many sessions.
 */
export function messageKey(record: JsonObject): string | null {
  const content = keyedContent(record)
  return content === null ? null : `${stringOrNull(record['uuid'])} ${hash('sha1', content)}`
}

function keyedContent(record: JsonObject): string | null {
  if (stringOrNull(record['uuid']) === null || record['isMeta'] === true) return null
  const content = contentOf(record)
  return content === null || /^"<(?:command-|local-command-|bash-)/.test(content) ? null : content
}

function contentOf(record: JsonObject): string | null {
  const message = record['message']
  try {
    if (record['type'] === 'attachment') return writeJson(record['attachment'] ?? null)
    if (!isObject(message) || (record['type'] !== 'user' && record['type'] !== 'assistant')) return null
    return writeJson(message['content'] ?? null)
  } catch {
    return null // nested too deeply to be compared
  }
}

async function readHeads(source: Source, folder: string): Promise<Heads> {
  const uuidOf = new Map<string, string>()
  const byUuid = new Map<string, string[]>()
  const bySession = new Map<string, string[]>()
  for (const name of source.names(folder)) {
    const path = below(folder, name)
    if (!isSessionFile(path)) continue
    const first = await firstMessage(source, path).catch(() => null)
    const uuid = stringOrNull(first?.['uuid'])
    if (uuid !== null) {
      uuidOf.set(path, uuid)
      addTo(byUuid, uuid, path)
    }
    const session = stringOrNull(first?.['sessionId'])
    if (session !== null) addTo(bySession, session, path)
  }
  return { bySession, alike: path => byUuid.get(uuidOf.get(path) ?? '') ?? [] }
}

async function firstMessage(source: Source, path: string): Promise<JsonObject | null> {
  for (const bytes of HEAD_BYTES) {
    const head = source.headOfPlain(path, bytes)
    const found = firstIn(head.toString('utf8'), head.length < bytes)
    if (found !== 'unknown') return found
    if (head.length < bytes) break
  }
  // A line that is damaged, or longer than the head, needs the whole reader.
  const unheeded = new Ledger({ key: path, files: [path] })
  for await (const { record } of readLines(source, path, unheeded, { isRecord, skip: bytes => skipNoise(bytes, null) }))
    if (isMessage(record)) return record
  return null
}

function firstIn(head: string, isWhole: boolean): JsonObject | null | 'unknown' {
  for (let from = 0; from < head.length; ) {
    const end = head.indexOf('\n', from)
    if (end < 0 && !isWhole) return 'unknown'
    const line = head.slice(from, end < 0 ? head.length : end).replace(/^\uFEFF/, '')
    from = end < 0 ? head.length : end + 1
    if (line.trim() === '') continue
    const record = parseJson(line)
    if (!isObject(record)) return 'unknown'
    if (isMessage(record)) return record
  }
  return isWhole ? null : 'unknown'
}

function isMessage(record: JsonObject): boolean {
  return record['type'] !== 'attachment' && record['isSidechain'] !== true && keyedContent(record) !== null
}
