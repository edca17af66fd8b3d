import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import { parseLooseJson } from '../json/loose.ts'
import { DEEPEST_KEPT } from './log/condense.ts'
import { recover } from './log/recover.ts'
import type { Skipped } from './log/source.ts'

/** Why nothing is read of a compressed file that broke off early. */
export const TORN_FROM_THE_START = 'Torn before its first block ends, so that nothing of it unfolds'

const SPEAKERS = new Set(['user', 'assistant', 'human', 'ai', 'model', 'tool', 'agent', 'bot', 'user_input', 'planner_response'])
const SPEAKER_KEYS = ['role', 'type', 'source', 'from', 'author', 'sender', 'speaker', 'actor']
const SESSION_KEYS = /^(?:session_?id|conversation_?id|thread_?id|trace_?id|uuid|cwd|timestamp|created_?at|started_?at|time|ts)$/i

const TOOL_USE = /"(?:tool_use|tool_result|tool_calls|tool_call_id|function_call|toolCalls?|toolCallId|toolResult)"/

/** Conversations of Antigravity: encrypted, or in a form that is nowhere described. */
const ANTIGRAVITY = /(?:^|\/)conversations\/[0-9a-f]{8}-[0-9a-f-]{27}\.(?:pb|db)$/
const NOT_OF_ANTIGRAVITY =
  'Looks like a conversation of Antigravity, which it encrypts or packs in a form of its own: what can be read is the transcript in its folder in brain/'

/** Why a file that looks like none of the known logs is passed over; loud where it may be the log of an agent nobody has described. */
export function passedOver(path: string, head: string): Skipped {
  if (ANTIGRAVITY.test(path)) return { path, reason: NOT_OF_ANTIGRAVITY, isLoud: true }
  if (head.startsWith(SQLITE))
    return holdsTalk(head)
      ? { path, reason: 'Looks like the store of an agent that is not known: a SQLite database with messages', isLoud: true }
      : { path, reason: 'Looks like no known agent log: a SQLite database' }
  const records = firstRecords(head)
  const first = records[0]
  if (head.trim() === '') return { path, reason: 'Empty file' }
  if (isDeep(head))
    return {
      path,
      reason: `Looks like no known agent log: what it begins with is nested more than ${DEEPEST_KEPT} levels deep`,
      isLoud: true,
    }
  if (first === undefined) return { path, reason: 'Looks like no known agent log: it holds no JSON object' }
  if (isOwnRow(first)) return { path, reason: 'Rows that Tracewright wrote, and no log: read them with `query`, or export them' }
  if (looksLikeDialogue(records, head))
    return { path, reason: `Looks like a log of an agent that is not known; it begins with ${describe(first)}`, isLoud: true }
  return { path, reason: 'Looks like no known agent log' }
}

/** Whether a record is a row that Tracewright wrote. */
export function isOwnRow(record: JsonObject): boolean {
  return typeof record['trace_id'] === 'string' && typeof record['source_kind'] === 'string' && 'source_path' in record
}

/** Whether a file was passed over because it looks like none of the known logs. */
export function isStranger({ reason }: Skipped): boolean {
  return /^Looks like (?:no known agent log|(?:a log|the store) of an agent that is not known)/.test(reason)
}

/** What a file begins with, in a few words. */
export function beginningOf(head: string): string {
  if (head.trim() === '') return 'nothing'
  if (head.startsWith(SQLITE)) return 'a SQLite database'
  if (head.startsWith('\x1f\ufffd')) return 'gzip'
  const first = firstRecords(head)[0]
  if (first !== undefined) return describe(first)
  return head.includes('\0') || head.includes('\ufffd') ? 'bytes' : 'text'
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
  // A record with lines behind it is no whole document: to be told so by an error costs more than to read the record.
  const whole = isFollowed(text) ? undefined : parseJson(text)
  if (Array.isArray(whole)) return whole.slice(0, 20).filter(isObject)
  if (isObject(whole)) return [whole]
  const lines = text.split('\n', 20).flatMap(recordsIn)
  // A document that is laid out over many lines, and goes on behind what was read.
  if (!/^\s*[[{]\s*(?:\n|$)/.test(text)) return lines
  const cut = parseLooseJson(text.trimStart())
  if (Array.isArray(cut)) return cut.slice(0, 20).filter(isObject)
  return isObject(cut) ? [cut] : lines
}

function isFollowed(text: string): boolean {
  const end = text.indexOf('\n')
  return end > 0 && text.charCodeAt(0) === 0x7b && text.charCodeAt(end + 1) === 0x7b && isObject(parseJson(text.slice(0, end)))
}

/** The records of a line: nearly every line is one. */
function recordsIn(line: string): JsonObject[] {
  const whole = line.charCodeAt(0) === 0x7b ? parseJson(line) : undefined
  if (isObject(whole)) return [whole]
  return [...recover(line, { isRecord: () => true })].flatMap(({ record }) => (record === null ? [] : [record]))
}

/** Whether brackets stand in each other as deep as the start of a file is kept. */
function isDeep(head: string): boolean {
  let depth = 0
  let isQuoted = false
  for (let i = 0; i < head.length && depth < DEEPEST_KEPT; i++) {
    const character = head[i]
    if (character === '\n') isQuoted = false
    if (character === '"') isQuoted = !isQuoted
    else if (isQuoted) i += character === '\\' ? 1 : 0
    else if (character === '\n' && (head[i + 1] === '{' || head[i + 1] === '[')) depth = 0
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
  }
  return depth >= DEEPEST_KEPT
}

const SQLITE = 'SQLite format 3\0'

/** A table of messages, or of turns, by the statement that made it: it stands on a database's first page. */
function holdsTalk(head: string): boolean {
  return /CREATE TABLE [^(]{0,80}(?:message|turn|transcript|conversation|bubble|thread)s?["'`\]]?\s*\((?:[^()]*(?:\([^()]*\)[^()]*)*,)?\s*["'`[]?(?:role|content|text|data|body)\b/i.test(
    head,
  )
}

function looksLikeDialogue(records: readonly JsonObject[], head: string): boolean {
  const lists = records.flatMap(record => ['messages', 'turns', 'history', 'steps'].flatMap(key => listOf(record[key])))
  const speaks = [...records, ...lists].some(isSpoken)
  return speaks && (TOOL_USE.test(head) || records.some(record => Object.keys(record).some(key => SESSION_KEYS.test(key))))
}

function isSpoken(record: JsonObject): boolean {
  const message = isObject(record['message']) ? record['message'] : {}
  const author = isObject(message['author']) ? message['author'] : {}
  return [...SPEAKER_KEYS.map(key => record[key]), message['role'], author['role']].some(
    who => typeof who === 'string' && SPEAKERS.has(who.toLowerCase()),
  )
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·')
}
