import { isObject, type JsonObject } from '../../../json/json.ts'
import { LongList } from '../../../json/long-list.ts'
import type { ParseJob } from '../../format.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type LineOptions, type PlacedRecord, readRuns, type SkippedRecord } from '../../log/lines.ts'
import { type Resumable, resumed } from '../../log/resume.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, judge } from './entry.ts'
import { EventStream, isStreamEvent } from './event-stream.ts'
import { isNestedTooDeep } from './nesting.ts'
import { readDocument } from './read-document.ts'
import { ITEM_TYPES, WRAPPED_TYPES } from './record-types.ts'
import { isBulk, summaryOfBulk } from './skip-bulk.ts'

/** Read a rollout of any generation as entries. Records that are none are settled at once; entries are left for the caller to settle. */
export async function* readEntries(source: Source, path: string, ledger: Ledger): AsyncIterable<Entry> {
  for await (const run of readEntryRuns(source, path, ledger, new Sorter(ledger), {})) yield* run
}

/** All entries of a unit's own rollout. One of lines is read on from where the last reading left it. */
export async function readOwnEntries(job: ParseJob, path: string): Promise<Entry[]> {
  const { source, ledger } = job
  const sorter = new Sorter(ledger)
  const entries = new LongList<Entry>()
  const reader: Resumable<OwnState> = {
    state: () => ({ entries: entries.toArray(), sorter: sorter.state() }),
    takeUp: left => {
      for (const entry of left.entries) entries.push(entry)
      sorter.takeUp(left.sorter)
    },
  }
  const going = isDocument(path) ? {} : resumed(job, path, reader)
  for await (const run of readEntryRuns(source, path, ledger, sorter, going)) for (const entry of run) entries.push(entry)
  return entries.toArray()
}

type OwnState = { entries: Entry[]; sorter: SorterState }

/** The same, a run of entries at a time; a run has to be walked to its end before the next one is asked for. */
async function* readEntryRuns(
  source: Source,
  path: string,
  ledger: Ledger,
  sorter: Sorter,
  going: Partial<LineOptions>,
): AsyncIterable<Iterable<Entry>> {
  if (isDocument(path)) for await (const read of readDocument(source, path, ledger)) yield sorter.entries(read)
  else {
    for await (const run of readRuns(source, path, ledger, { ...sorter.lines, ...going })) yield sorter.entriesIn(run)
    yield sorter.takeSummaries()
  }
}

/** Rollouts of the first generation are not made of lines. */
function isDocument(path: string): boolean {
  return path.endsWith('.json')
}

type SorterState = { version: string | null; isWrapped: boolean; summaries: Entry[]; shown: string[] }

/** Tells which records are entries, and settles those that are none. */
class Sorter implements Resumable<SorterState> {
  private readonly ledger: Ledger
  private readonly stream = new EventStream()
  private version: string | null = null
  private isWrapped = false
  private summaries: Entry[] = [] // of records that were not decoded; they come before the next one that is

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  /** A long line without an end is judged before it is read, and will be again: its summary is no part of the state. */
  state(): SorterState {
    const { version, isWrapped, summaries, ledger, stream } = this
    return { version, isWrapped, summaries: summaries.filter(({ place }) => place.index < ledger.records), shown: [...stream.shown] }
  }

  takeUp({ shown, ...state }: SorterState): void {
    Object.assign(this, state)
    this.stream.shown = new Set(shown)
  }

  /** How lines are read. */
  get lines(): LineOptions {
    const skipBulk = (bytes: Buffer, place: Place) => this.skipBulk(bytes, place)
    return {
      isRecord: record => isWholeRecord(record, this.isWrapped),
      skip: (bytes, place) => (isBulk(bytes) ? skipBulk(bytes, place) : null),
      skipLong: skipBulk,
    }
  }

  *entriesIn(run: Iterable<PlacedRecord>): Iterable<Entry> {
    for (const read of run) {
      if (this.summaries.length > 0) yield* this.takeSummaries()
      this.isWrapped ||= isObject(read.record['payload'])
      yield* this.entries(read)
    }
  }

  takeSummaries(): Entry[] {
    return this.summaries.splice(0)
  }

  private skipBulk(bytes: Buffer, place: Place): SkippedRecord | null {
    const summary = summaryOfBulk(bytes, place)
    if (summary === null) return null
    if (summary !== 'nothing') this.summaries.push(summary)
    return { bucket: 'metadata', reason: summary === 'nothing' ? 'world_state' : 'compacted' }
  }

  /** What a record stands for: an entry, seldom several, or none. */
  entries({ place, record, text }: PlacedRecord): Entry[] {
    if (isNestedTooDeep(record, text.length)) {
      this.ledger.settle(place, 'unparsed', 'nested too deep')
      return []
    }
    const judged = !this.isWrapped && isStreamEvent(record) ? this.stream.read(place, record) : judge(place, record, text)
    if ('entries' in judged) return judged.entries
    if ('place' in judged) {
      const { kind, payload } = judged
      if (kind === 'meta' && typeof payload['cli_version'] === 'string') this.version ??= payload['cli_version']
      return [judged]
    }
    if ('aside' in judged) this.ledger.settle(place, judged.aside, judged.reason)
    else this.ledger.unknown(place, judged.unknown, this.version)
    return []
  }
}

/** In a wrapped rollout an item that stands alone is the inside of a torn record. */
function isWholeRecord(record: JsonObject, isWrapped: boolean): boolean {
  const type = record['type']
  if (isObject(record['payload'])) return typeof type === 'string' && WRAPPED_TYPES.has(type)
  if (isWrapped) return false
  if (isStreamEvent(record)) return true
  return (
    record['record_type'] === 'state' || (typeof type === 'string' && ITEM_TYPES.has(type)) || ('id' in record && 'instructions' in record)
  )
}
