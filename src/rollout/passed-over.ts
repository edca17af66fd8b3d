import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import { recover } from './log/recover.ts'
import type { Skipped } from './log/source.ts'

const SPEAKERS = new Set(['user', 'assistant', 'human', 'ai', 'model', 'tool', 'agent'])
const SESSION_KEYS = /^(?:session_?id|conversation_?id|thread_?id|trace_?id|uuid|cwd|timestamp|created_?at|started_?at|time|ts)$/i

/** Why a file that looks like none of the known logs is passed over; loud where it may be the log of an agent nobody has described. */
export function passedOver(path: string, head: string): Skipped {
  const records = firstRecords(head)
  const first = records[0]
  if (head.trim() === '') return { path, reason: 'Empty file' }
  if (first === undefined) return { path, reason: 'Looks like no known agent log: it holds no JSON object' }
  if (looksLikeDialogue(records))
    return { path, reason: `Looks like a log of an agent that is not known; it begins with ${describe(first)}`, isLoud: true }
  return { path, reason: 'Looks like no known agent log' }
}

/** What a record calls itself. */
export function describe(record: JsonObject): string {
  for (const key of ['type', 'role', 'kind', 'record_type', 'event']) {
    const name = record[key]
    if (typeof name === 'string') return `a record of ${key} '${printable(name)}'`
  }
  return `the keys ${Object.keys(record).slice(0, 4).map(printable).join(', ') || '(none)'}`
}

/** The first records of lines, or of a document, whose end may be missing. */
export function firstRecords(head: string): JsonObject[] {
  const text = head.replace(/^\uFEFF/, '')
  const whole = parseJson(text)
  if (Array.isArray(whole)) return whole.slice(0, 20).filter(isObject)
  if (isObject(whole)) return [whole]
  return text
    .split('\n', 20)
    .flatMap(line => [...recover(line, { isRecord: () => true })])
    .flatMap(({ record }) => (record === null ? [] : [record]))
}

function looksLikeDialogue(records: readonly JsonObject[]): boolean {
  const lists = records.flatMap(record => ['messages', 'turns', 'history', 'steps'].flatMap(key => listOf(record[key])))
  const speaks = [...records, ...lists].some(isSpoken)
  return speaks && records.some(record => Object.keys(record).some(key => SESSION_KEYS.test(key)))
}

function isSpoken(record: JsonObject): boolean {
  const message = isObject(record['message']) ? record['message'] : {}
  return [record['role'], record['type'], record['source'], record['from'], message['role']].some(
    who => typeof who === 'string' && SPEAKERS.has(who),
  )
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·')
}
