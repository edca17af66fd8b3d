import { hash } from 'node:crypto'
import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../json.ts'
import { Ledger } from '../../ledger.ts'
import { readLines } from '../../lines.ts'
import type { Source } from '../../source.ts'
import { below, logFile, notASession } from '../files.ts'
import { isRecord } from '../log.ts'
import { skipNoise } from '../noise.ts'

/** How the session files of a project folder begin. Copies of a session share the first key. */
export type Heads = {
  byKey: ReadonlyMap<string, string[]> // key of the first message → files
  bySession: ReadonlyMap<string, string[]> // session named in the first message → files
  keyOf: ReadonlyMap<string, string> // file → key of its first message
}

const HEAD_BYTES = 16384

/** The index of a project folder, made once per source from the first bytes of its session files. */
export function headsOf(source: Source, folder: string): Promise<Heads> {
  return source.shared(`claude_code heads of ${folder}`, () => readHeads(source, folder))
}

/**
 * What a message is known by in every copy of it: its id and its words. An id alone is not enough, sessions made by hand reuse them.
 * Null for records that are not of the dialogue; Claude Code writes the caveat of a local command with one id into many sessions.
 */
export function messageKey(record: JsonObject): string | null {
  const uuid = stringOrNull(record['uuid'])
  if (uuid === null || record['isMeta'] === true) return null
  const content = contentOf(record)
  if (content === null || /^"<(?:command-|local-command-|bash-)/.test(content)) return null
  return `${uuid} ${hash('sha1', content)}`
}

function contentOf(record: JsonObject): string | null {
  const message = record['message']
  try {
    if (record['type'] === 'attachment') return JSON.stringify(record['attachment'] ?? null)
    if (!isObject(message) || (record['type'] !== 'user' && record['type'] !== 'assistant')) return null
    return JSON.stringify(message['content'] ?? null)
  } catch {
    return null // nested too deeply to be compared
  }
}

async function readHeads(source: Source, folder: string): Promise<Heads> {
  const byKey = new Map<string, string[]>()
  const bySession = new Map<string, string[]>()
  const keyOf = new Map<string, string>()
  for (const name of source.names(folder)) {
    const path = below(folder, name)
    if (!name.endsWith('.jsonl') || logFile(path).agentId !== null || notASession(path) !== null) continue
    const first = await firstMessage(source, path).catch(() => null)
    const key = first === null ? null : messageKey(first)
    if (key !== null) {
      keyOf.set(path, key)
      byKey.set(key, [...(byKey.get(key) ?? []), path])
    }
    const session = stringOrNull(first?.['sessionId'])
    if (session !== null) bySession.set(session, [...(bySession.get(session) ?? []), path])
  }
  return { byKey, bySession, keyOf }
}

async function firstMessage(source: Source, path: string): Promise<JsonObject | null> {
  const head = await source.head(path, HEAD_BYTES)
  const lines = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
  for (const [i, line] of lines.entries()) {
    // A line that is damaged, or longer than the head, needs the whole reader.
    if (i === lines.length - 1 && head.length === HEAD_BYTES) break
    if (line.trim() === '') continue
    const record = parseJson(line)
    if (!isObject(record)) break
    if (isMessage(record)) return record
    if (i === lines.length - 1) return null
  }
  return head.length === 0 ? null : readToFirstMessage(source, path)
}

async function readToFirstMessage(source: Source, path: string): Promise<JsonObject | null> {
  const unheeded = new Ledger({ key: path, files: [path] })
  for await (const { record } of readLines(source, path, unheeded, { isRecord, skip: bytes => skipNoise(bytes, null) }))
    if (isMessage(record)) return record
  return null
}

function isMessage(record: JsonObject): boolean {
  return record['type'] !== 'attachment' && record['isSidechain'] !== true && messageKey(record) !== null
}
