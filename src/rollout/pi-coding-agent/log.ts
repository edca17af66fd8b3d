import type { JsonObject } from '../../json.ts'
import type { Ledger, Place } from '../ledger.ts'
import { type LogRecord, type PlacedRecord, readRuns } from '../lines.ts'
import type { Source } from '../source.ts'
import { type Entry, entryOf } from './entry.ts'
import { HEADER_LIMIT, type Header, headerOf, isPiRecord } from './header.ts'
import { RawArguments } from './raw-arguments.ts'
import { EventStream, isStreamEvent, isStreamedPiece } from './stream.ts'
import { isTranscriptRecord, runOf, type TranscriptRun, transcriptEntry } from './transcript.ts'
import { isVersion4, version4Entry } from './version-4.ts'

/** A session file as it was read: its header and its entries in file order. */
export type SessionLog = {
  header: Header | null
  headerPlace: Place | null
  laterHeaders: Place[] // headers after the first
  entries: Entry[]
  raw: RawArguments
  isStream: boolean // events of `pi --mode json`, not a session file
  run: TranscriptRun | null // a spawned agent's transcript, not a session file
  unfinished: Place | null // a message the stream broke off in
}

/** Read a file of any generation. Records that make no entry are settled. */
export async function readLog(source: Source, path: string, ledger: Ledger): Promise<SessionLog> {
  const raw = new RawArguments()
  const stream = new EventStream(ledger)
  const log: SessionLog = {
    header: null,
    headerPlace: null,
    laterHeaders: [],
    entries: [],
    raw,
    isStream: false,
    run: null,
    unfinished: null,
  }
  const skip = (bytes: Buffer) => (isStreamedPiece(bytes) ? { bucket: 'noise' as const, reason: 'streamed piece' } : null)
  let position = 0
  const take = ({ place, record, text }: PlacedRecord) => {
    raw.collect(record, text)
    const at = position++
    if (takeHeader(log, record, place, ledger)) return
    if (isStreamEvent(record)) log.isStream = true
    if (isTranscriptRecord(record)) log.run = mergeRuns(log.run, runOf(record))
    for (const entry of entriesOf({ ...place, record, text }, place, at, stream, ledger)) log.entries.push(entry)
  }
  for await (const run of readRuns(source, path, ledger, { isRecord: isPiRecord, skip })) for (const record of run) take(record)
  log.unfinished = stream.unfinished
  return log
}

function entriesOf(line: LogRecord, place: Place, position: number, stream: EventStream, ledger: Ledger): Entry[] {
  const { record } = line
  if (record['type'] === 'event') {
    ledger.settle(place, 'noise', 'agent event')
    return []
  }
  if (isVersion4(record)) return asList(version4Entry(line, position, ledger))
  if (isTranscriptRecord(record)) return asList(transcriptEntry(record, place, position, ledger))
  if (isStreamEvent(record)) return stream.entries(record, place, position)
  return [entryOf(line, position)]
}

function takeHeader(log: SessionLog, record: JsonObject, place: Place, ledger: Ledger): boolean {
  const header = headerOf(record)
  if (header === null) return false
  ledger.settle(place, 'metadata')
  if (log.header === null && (place.offset ?? 0) < HEADER_LIMIT) {
    log.header = header
    log.headerPlace = place
  } else log.laterHeaders.push(place)
  return true
}

function mergeRuns(known: TranscriptRun | null, found: TranscriptRun): TranscriptRun {
  return { runId: known?.runId ?? found.runId, agent: known?.agent ?? found.agent, cwd: known?.cwd ?? found.cwd }
}

function asList(entry: Entry | null): Entry[] {
  return entry === null ? [] : [entry]
}
