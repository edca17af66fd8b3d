import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type LogRecord, type PlacedRecord, readRuns } from '../../log/lines.ts'
import { type Resumable, resumed } from '../../log/resume.ts'
import { WrittenTwice } from '../../log/written-twice.ts'
import { type Entry, entryOf } from './entry.ts'
import { HEADER_LIMIT, type Header, headerOf, isPiRecord } from './header.ts'
import { RawArguments } from './raw-arguments.ts'
import { EventStream, isStreamEvent, isStreamedPiece, type StreamState } from './stream.ts'
import { isTranscriptRecord, runOf, type TranscriptRun, transcriptEntry } from './transcript.ts'
import { isVersion4, version4Entry } from './version-4.ts'

/** A session file as it was read: its header and its entries in file order. */
export type SessionLog = {
  header: Header | null
  headerPlace: Place | null
  laterHeaders: LaterHeader[]
  entries: Entry[]
  raw: RawArguments
  isStream: boolean // events of `pi --mode json`, not a session file
  wrapsEvents: boolean // the oldest generation: each event stands in a record of its own
  run: TranscriptRun | null // a spawned agent's transcript, not a session file
  unfinished: Place | null // a message the stream broke off in
}

/** A header after the first. `at`: how many entries stand before it; `isOther`: it names another session than the header before it. */
export type LaterHeader = { place: Place; header: Header; at: number; isOther: boolean }

/** Read a file of any generation. Records that make no entry are settled. */
export async function readLog(job: ParseJob, path: string): Promise<SessionLog> {
  const { source, ledger } = job
  const reader = new LogReader(ledger)
  const options = { isRecord: isPiRecord, skip, ...resumed(job, path, reader) }
  for await (const run of readRuns(source, path, ledger, options)) for (const record of run) reader.take(record)
  return reader.finished
}

function skip(bytes: Buffer) {
  return isStreamedPiece(bytes) ? ({ bucket: 'noise', reason: 'streamed piece' } as const) : null
}

type LogState = { log: Omit<SessionLog, 'raw'>; written: Map<JsonObject, string>; position: number; stream: StreamState }

/** Takes a session's records one by one, wherever they are kept. */
export class LogReader implements Resumable<LogState> {
  readonly log: SessionLog = {
    header: null,
    headerPlace: null,
    laterHeaders: [],
    entries: [],
    raw: new RawArguments(),
    isStream: false,
    wrapsEvents: false,
    run: null,
    unfinished: null,
  }
  private readonly ledger: Ledger
  private readonly stream: EventStream
  private twice: WrittenTwice
  private position = 0

  constructor(ledger: Ledger) {
    this.ledger = ledger
    this.stream = new EventStream(ledger)
    this.twice = new WrittenTwice(ledger, idOf)
  }

  /** The log, when all of it was taken. */
  get finished(): SessionLog {
    return { ...this.log, unfinished: this.stream.unfinished }
  }

  state(): LogState {
    const { raw, ...log } = this.log
    return { log, written: raw.writtenIn(log.entries.map(({ record }) => record)), position: this.position, stream: this.stream.state() }
  }

  takeUp({ log, written, position, stream }: LogState): void {
    Object.assign(this.log, log)
    this.log.raw.add(written)
    for (const { record } of this.log.entries.slice(this.begin)) this.twice.know(record)
    this.position = position
    this.stream.takeUp(stream)
  }

  /** How many entries stand before the session that is read. */
  private get begin(): number {
    return this.log.laterHeaders.findLast(({ isOther }) => isOther)?.at ?? 0
  }

  /** Another session: its ids and positions are its own. */
  private beginAnew(): void {
    this.twice = new WrittenTwice(this.ledger, idOf)
    this.position = 1
  }

  take({ place, record, text }: PlacedRecord): void {
    const { log, ledger } = this
    log.raw.collect(record, text)
    const at = this.position++
    if (this.twice.take(record, place)) return
    if (takeHeader(log, record, place, ledger)) {
      const later = log.laterHeaders.at(-1)
      if (later?.place === place && later.isOther) this.beginAnew()
      return
    }
    if (record['type'] === 'event' || log.header?.version === 0) log.wrapsEvents = true
    if (isStreamEvent(record) && log.wrapsEvents) return void ledger.settle(place, 'noise', 'piece of an agent event')
    if (isStreamEvent(record)) log.isStream = true
    if (isTranscriptRecord(record)) log.run = mergeRuns(log.run, runOf(record))
    for (const entry of entriesOf({ ...place, record, text }, place, at, this.stream, ledger)) log.entries.push(entry)
  }
}

/** Entries have ids since the second generation, and parents; a header has the session's. */
function idOf(record: JsonObject): string | null {
  const id = stringOrNull(record['id'])
  if (id === null || (record['parentId'] === undefined && record['type'] !== 'session')) return null
  return `${String(record['type'])} ${id}`
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
  } else {
    const before = log.laterHeaders.at(-1)?.header ?? log.header
    const isOther = header.id !== null && before !== null && before.id !== null && header.id !== before.id
    log.laterHeaders.push({ place, header, at: log.entries.length, isOther })
  }
  return true
}

function mergeRuns(known: TranscriptRun | null, found: TranscriptRun): TranscriptRun {
  return { runId: known?.runId ?? found.runId, agent: known?.agent ?? found.agent, cwd: known?.cwd ?? found.cwd }
}

function asList(entry: Entry | null): Entry[] {
  return entry === null ? [] : [entry]
}
