import { isObject, type JsonObject } from '../../json.ts'
import type { Ledger, Place } from '../ledger.ts'
import { readLines } from '../lines.ts'
import type { Source } from '../source.ts'
import { type Entry, judge } from './entry.ts'
import { isNestedTooDeep } from './nesting.ts'
import { readDocument } from './read-document.ts'
import { ITEM_TYPES, WRAPPED_TYPES } from './record-types.ts'
import { isBulk, summaryOfBulk } from './skip-bulk.ts'

/** Read a rollout of any generation as entries. Records that are none are settled at once; entries are left for the caller to settle. */
export async function* readEntries(source: Source, path: string, ledger: Ledger): AsyncIterable<Entry> {
  let version: string | null = null
  for await (const read of path.endsWith('.json') ? readDocument(source, path, ledger) : readWithoutBulk(source, path, ledger)) {
    if ('entry' in read) {
      yield read.entry
      continue
    }
    if (isNestedTooDeep(read.record)) {
      ledger.settle(read.place, 'unparsed', 'nested too deep')
      continue
    }
    const judged = judge(read.place, read.record, read.text)
    if ('entry' in judged) {
      const { kind, payload } = judged.entry
      if (kind === 'meta' && typeof payload['cli_version'] === 'string') version ??= payload['cli_version']
      yield judged.entry
    } else if ('aside' in judged) ledger.settle(read.place, judged.aside, judged.reason)
    else ledger.unknown(read.place, judged.unknown, version)
  }
}

/** A record as it was read, or an entry made without reading it whole. */
type Read = { place: Place; record: JsonObject; text: string } | { entry: Entry }

async function* readWithoutBulk(source: Source, path: string, ledger: Ledger): AsyncIterable<Read> {
  const summaries: Entry[] = []
  let isWrapped = false
  const lines = readLines(source, path, ledger, {
    isRecord: record => isWholeRecord(record, isWrapped),
    skip(bytes, place) {
      if (!isBulk(bytes)) return null
      const summary = summaryOfBulk(bytes, place)
      if (summary === null) return null
      if (summary !== 'nothing') summaries.push(summary)
      return { bucket: 'metadata', reason: summary === 'nothing' ? 'world_state' : 'compacted' }
    },
  })
  for await (const { record, text, ...place } of lines) {
    for (const entry of summaries.splice(0)) yield { entry }
    isWrapped ||= isObject(record['payload'])
    yield { place, record, text }
  }
  for (const entry of summaries) yield { entry }
}

/** In a wrapped rollout an item that stands alone is the inside of a torn record. */
function isWholeRecord(record: JsonObject, isWrapped: boolean): boolean {
  const type = record['type']
  if (isObject(record['payload'])) return typeof type === 'string' && WRAPPED_TYPES.has(type)
  if (isWrapped) return false
  return (
    record['record_type'] === 'state' || (typeof type === 'string' && ITEM_TYPES.has(type)) || ('id' in record && 'instructions' in record)
  )
}
