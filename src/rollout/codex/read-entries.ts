import { isObject, type JsonObject } from '../../json.ts'
import type { Ledger, Place } from '../ledger.ts'
import { type PlacedRecord, readRuns, type SkippedRecord } from '../lines.ts'
import type { Source } from '../source.ts'
import { type Entry, judge } from './entry.ts'
import { isNestedTooDeep } from './nesting.ts'
import { readDocument } from './read-document.ts'
import { ITEM_TYPES, WRAPPED_TYPES } from './record-types.ts'
import { isBulk, summaryOfBulk } from './skip-bulk.ts'

/** Read a rollout of any generation as entries. Records that are none are settled at once; entries are left for the caller to settle. */
export async function* readEntries(source: Source, path: string, ledger: Ledger): AsyncIterable<Entry> {
  for await (const run of readEntryRuns(source, path, ledger)) yield* run
}

/** The same, a run of entries at a time; a run has to be walked to its end before the next one is asked for. */
export async function* readEntryRuns(source: Source, path: string, ledger: Ledger): AsyncIterable<Iterable<Entry>> {
  const sorter = new Sorter(ledger)
  if (!path.endsWith('.json')) yield* readWithoutBulk(source, path, ledger, sorter)
  else
    for await (const read of readDocument(source, path, ledger)) {
      const entry = sorter.entry(read)
      if (entry !== null) yield [entry]
    }
}

async function* readWithoutBulk(source: Source, path: string, ledger: Ledger, sorter: Sorter): AsyncIterable<Iterable<Entry>> {
  const summaries: Entry[] = []
  let isWrapped = false
  const skipBulk = (bytes: Buffer, place: Place): SkippedRecord | null => {
    const summary = summaryOfBulk(bytes, place)
    if (summary === null) return null
    if (summary !== 'nothing') summaries.push(summary)
    return { bucket: 'metadata', reason: summary === 'nothing' ? 'world_state' : 'compacted' }
  }
  const runs = readRuns(source, path, ledger, {
    isRecord: record => isWholeRecord(record, isWrapped),
    skip: (bytes, place) => (isBulk(bytes) ? skipBulk(bytes, place) : null),
    skipLong: skipBulk,
  })
  function* entriesIn(run: Iterable<PlacedRecord>): Iterable<Entry> {
    for (const read of run) {
      if (summaries.length > 0) yield* summaries.splice(0)
      isWrapped ||= isObject(read.record['payload'])
      const entry = sorter.entry(read)
      if (entry !== null) yield entry
    }
  }
  for await (const run of runs) yield entriesIn(run)
  yield summaries
}

/** Tells which records are entries, and settles those that are none. */
class Sorter {
  private readonly ledger: Ledger
  private version: string | null = null

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  entry({ place, record, text }: PlacedRecord): Entry | null {
    if (isNestedTooDeep(record, text.length)) {
      this.ledger.settle(place, 'unparsed', 'nested too deep')
      return null
    }
    const judged = judge(place, record, text)
    if ('place' in judged) {
      const { kind, payload } = judged
      if (kind === 'meta' && typeof payload['cli_version'] === 'string') this.version ??= payload['cli_version']
      return judged
    }
    if ('aside' in judged) this.ledger.settle(place, judged.aside, judged.reason)
    else this.ledger.unknown(place, judged.unknown, this.version)
    return null
  }
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
