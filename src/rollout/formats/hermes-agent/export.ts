import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type LogRecord, readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, stateOf } from './entry.ts'
import type { StoredSession } from './stored-session.ts'

/**
 * Read what `hermes sessions export` writes: a session per line, its messages in it. A line of a whole lineage holds its segments,
 * each a session, and all their messages once more.
 */
export async function* readExport(source: Source, ledger: Ledger, file: string): AsyncIterable<StoredSession> {
  for await (const line of readLines(source, file, ledger, { isRecord: ({ messages }) => Array.isArray(messages) })) {
    const segments = Array.isArray(line.record['segments']) ? line.record['segments'].filter(isObject) : []
    if (segments.length === 0) {
      yield sessionOf(line, line.record, [], ledger)
      continue
    }
    ledger.settle(line, 'metadata', 'session settings')
    for (const [i, segment] of segments.entries()) yield sessionOf(line, followed(segment, segments[i - 1]), ['segments', i], ledger)
    const told = new Set(segments.flatMap(segment => listOf(segment['messages'])).map(message => writeJson(message)))
    const untold = listOf(line.record['messages']).filter(message => !told.has(writeJson(message)))
    if (untold.length > 0) yield sessionOf(line, { ...line.record, segments: null, messages: untold }, null, ledger)
  }
}

/** Segments of one line continue each other, also where only their order says so. */
function followed(segment: JsonObject, previous: JsonObject | undefined): JsonObject {
  if (previous === undefined || stringOrNull(segment['parent_session_id']) !== null) return segment
  return { ...segment, parent_session_id: previous['id'] ?? null }
}

function listOf(messages: Json | undefined): Json[] {
  return Array.isArray(messages) ? messages : []
}

function sessionOf(line: LogRecord, header: JsonObject, path: (string | number)[] | null, ledger: Ledger): StoredSession {
  const place: Place = line
  ledger.settle(place, 'metadata', 'session settings')
  const entries: Entry[] = []
  const own = path === null || path.length === 0 ? () => line.text : onceOf(() => sourceAt(line.text, path))
  listOf(header['messages']).forEach((message, i) => {
    const record = isObject(message) ? message : null
    const at = ledger.read(place.file, place.line, place.offset, record)
    if (record === null) ledger.settle(at, 'unparsed', 'not a JSON object')
    else
      entries.push({ record, place: at, text: path === null ? null : () => sourceAt(own() ?? '', ['messages', i]), state: stateOf(record) })
  })
  return {
    id: stringOrNull(header['id']) ?? stringOrNull(header['session_id']) ?? `line-${place.line}`,
    file: place.file,
    header,
    systemPrompt: stringOrNull(header['system_prompt']),
    tools: header['tools'] ?? null,
    entries,
    diagnostics: [],
  }
}

function onceOf<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
