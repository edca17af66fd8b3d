import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Place } from '../../log/ledger.ts'
import type { LogRecord } from '../../log/lines.ts'
import { isoTime } from './time.ts'

/** One entry of a session, whatever generation wrote it, in the terms of the newest. */
export type Entry = {
  place: Place
  position: number // among the records of the file that could be read, the header included; v1 compactions count so
  type: string
  id: string // its own, or one made of its line
  hasId: boolean
  parentId: Json | undefined // as written; undefined: it follows the entry before it
  timestamp: string | null
  lane: string | null
  record: JsonObject
}

/** An entry as a record of a tree or linear session has it. */
export function entryOf({ record, index, file, line, offset }: LogRecord, position: number, lane: string | null = null): Entry {
  const id = stringOrNull(record['id'])
  return {
    place: { index, file, line, offset },
    position,
    type: stringOrNull(record['type']) ?? '',
    id: id ?? `#${line}@${offset ?? 0}`,
    hasId: id !== null,
    parentId: record['parentId'],
    timestamp: isoTime(record['timestamp']) ?? isoTime(messageIn(record)?.['timestamp']),
    lane,
    record,
  }
}

/** An entry that only holds a message, as streams and transcripts report them. */
export function messageEntry(place: Place, position: number, message: JsonObject, nth = 0): Entry {
  const { index, file, line, offset } = place
  return {
    place: { index, file, line, offset },
    position,
    type: 'message',
    id: `#${line}@${offset ?? 0}.${nth}`,
    hasId: false,
    parentId: undefined,
    timestamp: isoTime(message['timestamp']),
    lane: null,
    record: { type: 'message', message },
  }
}

/** The message of a message entry. */
export function messageIn(record: JsonObject): JsonObject | null {
  const message = record['message']
  return isObject(message) ? message : null
}

/** The role of an entry's message, or '' where it has none. */
export function roleOf(entry: Entry): string {
  const role = entry.type === 'message' ? messageIn(entry.record)?.['role'] : undefined
  return typeof role === 'string' ? role : ''
}

/** Whether an entry can put something into the dialogue. */
export function isDialogue(entry: Entry): boolean {
  return ['message', 'custom_message', 'compaction', 'branch_summary'].includes(entry.type)
}
