import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import { setOwn } from '../../../json/own.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Place } from '../../log/ledger.ts'

/** What happened within a span. */
export type SpanEvent = { name: string; attributes: JsonObject }

/** One span, in whichever form an exporter wrote it. */
export type Span = {
  place: Place
  traceId: string
  id: string
  parentId: string | null
  name: string
  started: string | null
  ended: string | null
  attributes: JsonObject
  events: SpanEvent[]
  /** Why it failed; null: it did not. */
  error: string | null
  /** Of what ran: the attributes of its resource. */
  resource: JsonObject
}

/** A span of OTLP, or a flat one, as SDKs write them without it. Null where it has no id. */
export function spanOf(record: JsonObject, place: Place, resource: JsonObject): Span | null {
  const context = contextOf(record)
  const id = stringIn(context, 'spanId', 'span_id')
  if (id === null) return null
  const attributes = attributesOf(record['attributes'])
  const own = isObject(record['resource']) ? attributesOf(record['resource']['attributes']) : {}
  return {
    place,
    id,
    traceId: stringIn(context, 'traceId', 'trace_id') ?? '',
    parentId: stringIn(record, 'parentSpanId', 'parent_span_id', 'parent_id', 'parentId') || null,
    name: stringOrNull(record['name']) ?? '',
    started: timeOf(record['startTimeUnixNano'] ?? record['startTime'] ?? record['start_time'] ?? record['timestamp']),
    ended: timeOf(record['endTimeUnixNano'] ?? record['endTime'] ?? record['end_time']),
    attributes,
    events: eventsOf(record['events']),
    error: errorOf(record['status'], attributes),
    resource: { ...resource, ...own },
  }
}

/** What names a span among all; null: it has no id. */
export function spanIdOf(record: JsonObject): string | null {
  const context = contextOf(record)
  const id = stringIn(context, 'spanId', 'span_id')
  return id === null ? null : `${stringIn(context, 'traceId', 'trace_id') ?? ''} ${id}`
}

function contextOf(record: JsonObject): JsonObject {
  return isObject(record['context']) ? record['context'] : isObject(record['spanContext']) ? record['spanContext'] : record
}

/** Attributes as a plain object: OTLP has a list of keys with typed values, others an object. */
export function attributesOf(value: Json | undefined): JsonObject {
  if (isObject(value)) return value
  const attributes: JsonObject = {}
  for (const entry of Array.isArray(value) ? value.filter(isObject) : [])
    if (typeof entry['key'] === 'string') setOwn(attributes, entry['key'], plainOf(entry['value']))
  return attributes
}

/** A value of OTLP. Its integers are texts, since they have 64 bits. */
function plainOf(value: Json | undefined): Json {
  if (!isObject(value)) return value ?? null
  const { arrayValue: list, kvlistValue: entries } = value
  if (isObject(list)) return Array.isArray(list['values']) ? list['values'].map(plainOf) : []
  if (isObject(entries)) return attributesOf(entries['values'])
  const integer = value['intValue']
  if (integer !== undefined) return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
  for (const key of ['stringValue', 'boolValue', 'doubleValue', 'bytesValue']) if (value[key] !== undefined) return value[key]!
  return null
}

function eventsOf(value: Json | undefined): SpanEvent[] {
  return (Array.isArray(value) ? value.filter(isObject) : []).map(event => ({
    name: stringOrNull(event['name']) ?? '',
    attributes: attributesOf(event['attributes']),
  }))
}

/** A time in nanoseconds, in the SDK's pair of seconds and nanoseconds, or as text. */
function timeOf(value: Json | undefined): string | null {
  if (Array.isArray(value)) {
    const [seconds, nanos = 0] = value
    return typeof seconds === 'number' && typeof nanos === 'number' ? isoTime(seconds * 1000 + Math.floor(nanos / 1e6)) : null
  }
  const digits = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  if (/^\d{17,20}$/.test(digits)) return isoTime(Number(BigInt(digits) / 1_000_000n))
  return isoTime(/^\d+$/.test(digits) ? Number(digits) : value)
}

function errorOf(status: Json | undefined, attributes: JsonObject): string | null {
  const code = isObject(status) ? (status['code'] ?? status['status_code']) : status
  const isError = code === 2 || code === 'STATUS_CODE_ERROR' || code === 'ERROR'
  const said = isObject(status) ? stringIn(status, 'message', 'description') : null
  return isError ? (said ?? stringOrNull(attributes['error.type']) ?? 'error') : stringOrNull(attributes['error.type'])
}
