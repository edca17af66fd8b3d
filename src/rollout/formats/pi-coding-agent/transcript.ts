import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type Entry, messageEntry } from './entry.ts'
import { isoTime } from './time.ts'

/** What the records of a spawned agent's transcript say of the run. */
export type TranscriptRun = { runId: string | null; agent: string | null; cwd: string | null }

/** Whether a record belongs to a transcript of the community's subagent extension, which has no session header. */
export function isTranscriptRecord(record: JsonObject): boolean {
  return typeof record['recordType'] === 'string'
}

/** The run that a transcript's record names. */
export function runOf(record: JsonObject): TranscriptRun {
  return { runId: stringOrNull(record['runId']), agent: stringOrNull(record['agent']), cwd: stringOrNull(record['cwd']) }
}

/** The message a transcript's record holds; null, and settled, where it holds none. */
export function transcriptEntry(record: JsonObject, place: Place, position: number, ledger: Ledger): Entry | null {
  const whole = isObject(record['message']) ? record['message'] : {}
  const role = stringOrNull(whole['role']) ?? stringOrNull(record['role'])
  if (record['recordType'] !== 'message' || role === null) {
    ledger.settle(place, 'noise', 'tool event')
    return null
  }
  const message: JsonObject = { ...whole, role, content: whole['content'] ?? record['text'] ?? null }
  if (message['model'] === undefined && record['model'] !== undefined) message['model'] = record['model']
  const entry = messageEntry(place, position, message)
  return { ...entry, timestamp: isoTime(record['timestamp']) ?? isoTime(record['ts']) ?? entry.timestamp }
}
