import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import { readDocument } from '../../log/document.ts'
import type { Place } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import { WrittenTwice } from '../../log/written-twice.ts'
import { attributesOf, type Span, spanIdOf, spanOf } from './entry.ts'

/** All spans of a file: lines or a document of OTLP, or of flat spans. Each is a record; what wraps them is metadata. */
export async function readSpans(job: Pick<ParseJob, 'source' | 'ledger'>, file: string): Promise<Span[]> {
  const spans: Span[] = []
  const into = { spans, twice: new WrittenTwice(job.ledger, spanIdOf) }
  if (file.endsWith('.json')) await readWhole(job, file, into)
  else
    for await (const { record, text: _, ...place } of readLines(job.source, file, job.ledger, { isRecord })) take(job, record, place, into)
  return spans
}

/** Spans as they are read; an exporter sends those again that it got no answer for. */
type Spans = { spans: Span[]; twice: WrittenTwice }

/** A document: its elements count as records, in their order. */
async function readWhole(job: Pick<ParseJob, 'source' | 'ledger'>, file: string, into: Spans): Promise<void> {
  const { source, ledger } = job
  let position = 0
  const taking = (path: readonly (string | number)[]) => (path.length === 0 || path[0] === 'resourceSpans' ? level(path) : 'whole')
  for await (const part of readDocument(source, file, ledger, taking)) {
    if (part.kind === 'damage') ledger.settle(ledger.read(file, ++position, part.offset), 'unparsed', part.reason)
    if (part.kind !== 'value') continue
    const record = isObject(part.value) ? part.value : null
    const place = ledger.read(file, ++position, part.offset, record)
    if (record === null) ledger.settle(place, 'metadata', 'beside the spans')
    else if (part.path[0] === 'resourceSpans') takeResource(job, record, place, into)
    else take(job, record, place, into)
  }
}

/** The list of resources is entered; each of them comes whole. */
function level(path: readonly (string | number)[]): 'enter' | 'whole' {
  return path.length < 2 ? 'enter' : 'whole'
}

function take(job: Pick<ParseJob, 'ledger'>, record: JsonObject, place: Place, into: Spans): void {
  if (Array.isArray(record['resourceSpans'])) {
    job.ledger.settle(place, 'metadata', 'spans of a batch')
    for (const resource of record['resourceSpans'].filter(isObject)) takeResource(job, resource, place, into)
    return
  }
  const span = spanOf(record, place, {})
  if (span !== null) {
    if (!into.twice.take(record, place)) into.spans.push(span)
  } else job.ledger.unknown(place, typeof record['name'] === 'string' ? record['name'] : 'no span', null)
}

function takeResource({ ledger }: Pick<ParseJob, 'ledger'>, group: JsonObject, place: Place, into: Spans): void {
  ledger.settle(place, 'metadata', 'what ran')
  const resource = isObject(group['resource']) ? attributesOf(group['resource']['attributes']) : {}
  const scopes: Json[] = [group['scopeSpans'], group['instrumentationLibrarySpans']].flatMap(list => (Array.isArray(list) ? list : []))
  for (const scope of scopes.filter(isObject))
    for (const record of Array.isArray(scope['spans']) ? scope['spans'] : []) {
      const at = ledger.read(place.file, place.line, place.offset, isObject(record) ? record : null)
      const span = isObject(record) ? spanOf(record, at, resource) : null
      if (span === null) ledger.settle(at, 'unparsed', 'not a span')
      else if (!into.twice.take(record as JsonObject, at)) into.spans.push(span)
    }
}

function isRecord(record: JsonObject): boolean {
  return Array.isArray(record['resourceSpans']) || 'attributes' in record
}
