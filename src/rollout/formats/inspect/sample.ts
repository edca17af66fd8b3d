import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import { setOwn } from '../../../json/own.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import type { DocumentPart, DocumentPath, Taking } from '../../log/document.ts'
import { type Entry, entryOf } from '../../log/entries.ts'
import type { Ledger, Place } from '../../log/ledger.ts'

/** A call of a model, as an event tells it. */
export type ModelCall = { span: string | null; event: JsonObject }

/** A stretch of a sample's events: an agent's, a scorer's, a tool's. */
export type Span = { parent: string | null; type: string | null; name: string | null }

/** A sample as it comes out of its log, piece by piece. */
export class Sample {
  readonly head: JsonObject = {}
  readonly place: Place
  readonly messages: Entry[] = []
  readonly pool: JsonObject[] = [] // messages that calls name by their position
  readonly calls = new Map<string, ModelCall>() // by the id of the answer
  readonly lastCalls = new Map<string, ModelCall>() // the last of each span
  readonly spans = new Map<string, Span>()
  readonly spawned = new Map<string, string>() // the call that an agent's span was begun by
  readonly attachments = new Map<string, string>()
  readonly diagnostics: Diagnostic[] = []
  readonly times: { first: Json; last: Json } = { first: null, last: null } // of the events, as they stand
  wasCompacted = false
  kept = 0 // characters that were taken
  private readonly ledger: Ledger
  private readonly file: string
  private readonly next: () => number

  /** `next`: the position of the next record. */
  constructor(ledger: Ledger, file: string, next: () => number) {
    this.ledger = ledger
    this.file = file
    this.next = next
    this.place = ledger.read(file, next())
  }

  /** Take one value, by its path in the sample. */
  take(path: DocumentPath, value: Json, text: string, offset: number): void {
    const [key, second, third] = path
    if (path.length === 1 && typeof key === 'string') setOwn(this.head, key, value)
    else if (key === 'messages' && path.length === 2) this.message(value, text, offset)
    else if (key === 'events' && path.length === 2 && isObject(value)) this.event(value)
    else if (key === 'attachments' && path.length === 2 && typeof value === 'string') this.attachments.set(String(second), value)
    else if (key === 'events_data' && second === 'messages' && path.length === 3 && isObject(value)) this.pool[Number(third)] = value
  }

  /** Note what could not be read. */
  damage({ reason, offset }: Extract<DocumentPart, { kind: 'damage' }>): void {
    const line = this.next()
    this.ledger.settle(this.ledger.read(this.file, line, offset), 'unparsed', reason)
    this.diagnostics.push({ code: 'damaged_document', at: `${this.file}:${line}`, detail: { reason, offset } })
  }

  private message(value: Json, text: string, offset: number): void {
    const place = this.ledger.read(this.file, this.next(), offset, isObject(value) ? value : null)
    if (isObject(value)) this.messages.push(entryOf(place, value, text))
    else this.ledger.settle(place, 'unparsed', 'not a JSON object')
  }

  private event(event: JsonObject): void {
    this.times.first ??= event['timestamp'] ?? null
    this.times.last = event['completed'] ?? event['timestamp'] ?? this.times.last
    const span = stringOrNull(event['span_id'])
    if (event['event'] === 'span_begin' && typeof event['id'] === 'string')
      this.spans.set(event['id'], {
        parent: stringOrNull(event['parent_id']),
        type: stringIn(event, 'type'),
        name: stringIn(event, 'name'),
      })
    else if (event['event'] === 'compaction') this.wasCompacted = true
    else if (event['event'] === 'tool' && typeof event['agent_span_id'] === 'string' && typeof event['id'] === 'string')
      this.spawned.set(event['agent_span_id'], event['id'])
    else if (event['event'] === 'model') {
      const { call: _, ...kept } = event
      const answer = answerOf(kept)
      // Of what was sent, the last of each span is kept: each has all that the one before had.
      this.lastCalls.set(span ?? '', { span, event: kept })
      const { input: _input, tools: _tools, ...facts } = kept
      if (typeof answer['id'] === 'string') this.calls.set(answer['id'], { span, event: facts })
    }
  }
}

/** The message that a call of a model was answered with. */
export function answerOf({ output }: JsonObject): JsonObject {
  const choices = isObject(output) && Array.isArray(output['choices']) ? output['choices'] : []
  const [first] = choices
  return isObject(first) && isObject(first['message']) ? first['message'] : {}
}

/** How the containers of a sample are taken. */
export function takingOf(path: DocumentPath): Taking {
  const [key, second] = path
  if (path.length === 0) return 'enter'
  if (path.length === 1 && ['messages', 'events', 'attachments', 'events_data'].includes(String(key))) return 'enter'
  if (path.length === 2 && key === 'events_data') return second === 'messages' ? 'enter' : 'skip'
  return path.length === 1 && (key === 'store' || key === 'timelines') ? 'skip' : 'whole'
}
