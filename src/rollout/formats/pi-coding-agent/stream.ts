import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import type { Resumable } from '../../log/resume.ts'
import { type Entry, messageEntry } from './entry.ts'

/** Whether a record is an event of `pi --mode json`. */
export function isStreamEvent(record: JsonObject): boolean {
  return typeof record['type'] === 'string' && EVENTS.test(record['type'])
}

const EVENTS = /^(agent|turn|message|tool_execution|queue|compaction|auto_compaction|auto_retry)_|^session_info_changed$/

/** Streamed pieces of a message, known by their first bytes; the whole message follows in `message_end`. */
export function isStreamedPiece(bytes: Buffer): boolean {
  return bytes.subarray(0, 24).equals(UPDATE)
}
const UPDATE = Buffer.from('{"type":"message_update"')

/** How far a stream has come. */
export type StreamState = { inTurn: number; inRun: number; open: Place | null }

/**
 * Takes the messages out of an event stream, each once: `message_end` has the final text; `turn_end` and `agent_end` repeat it and
 * are used only where the stream has nothing better.
 */
export class EventStream implements Resumable<StreamState> {
  private readonly ledger: Ledger
  private inTurn = 0 // messages reported since the turn began
  private inRun = 0 // messages reported since the run began
  private open: Place | null = null

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  state(): StreamState {
    const { inTurn, inRun, open } = this
    return { inTurn, inRun, open }
  }

  takeUp(state: StreamState): void {
    Object.assign(this, state)
  }

  /** A message that was begun and never ended: the stream broke off in it. */
  get unfinished(): Place | null {
    return this.open
  }

  /** The entries an event stands for; events that stand for none are settled. */
  entries(record: JsonObject, place: Place, position: number): Entry[] {
    const found = this.messages(record, place)
    if (found !== null && found.length > 0) {
      this.inTurn += found.length
      this.inRun += found.length
      return found.map((message, nth) => messageEntry(place, position, message, nth))
    }
    const other = otherEntry(record, place, position)
    if (other !== null) return [other]
    this.ledger.settle(place, 'noise', found === null ? 'agent event' : 'repeats earlier events')
    return []
  }

  /** Messages an event reports that no earlier event did; null where events of its type report none. */
  private messages(record: JsonObject, place: Place): JsonObject[] | null {
    switch (record['type']) {
      case 'agent_start':
        this.inRun = 0
        return null
      case 'turn_start':
        this.inTurn = 0
        return null
      case 'message_start':
        this.open = place
        return null
      case 'message_end':
        this.open = null
        return objectsIn([record['message'] ?? null])
      case 'turn_end': {
        const isNew = this.inTurn === 0
        this.inTurn = 0
        return isNew ? objectsIn([record['message'] ?? null, ...listIn(record['toolResults'])]) : []
      }
      case 'agent_end': {
        const isNew = this.inRun === 0
        this.inRun = 0
        return isNew ? objectsIn(listIn(record['messages'])) : []
      }
      default:
        return null
    }
  }
}

function otherEntry(record: JsonObject, place: Place, position: number): Entry | null {
  const { type, result, name } = record
  const inner: JsonObject | null =
    (type === 'compaction_end' || type === 'auto_compaction_end') && isObject(result) && typeof result['summary'] === 'string'
      ? { ...result, type: 'compaction' }
      : type === 'session_info_changed' && typeof name === 'string'
        ? { type: 'session_info', name }
        : null
  return inner === null ? null : { ...messageEntry(place, position, {}), type: inner['type'] as string, record: inner }
}

function listIn(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function objectsIn(values: Json[]): JsonObject[] {
  return values.filter(isObject)
}
