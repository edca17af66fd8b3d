import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import { setOwn } from '../../json/own.ts'
import { asWritten, parseRecord } from './as-written.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type DocumentPart, readDocument, takingElements, walkDocument } from './document.ts'
import type { Ledger, Place } from './ledger.ts'
import { type LineOptions, type PlacedRecord, readRuns } from './lines.ts'
import type { ParseJob } from './parse-job.ts'
import { type Resumable, resumed } from './resume.ts'
import { WrittenTwice } from './written-twice.ts'

/** One record of a log. `text` is its JSON as written, where reading and writing it again would give another. */
export type Entry = { place: Place; record: JsonObject; text: string | null }

/** How lines are read. `idOf`: the id that no other record of the log has. */
type EntryOptions = Omit<LineOptions, 'start' | 'beforeTail'> & { idOf?(record: JsonObject): string | null }

/** All records of a JSON Lines log, read on from where the last reading of it ended. Settling them is the caller's. */
export async function readEntries(job: ParseJob, path: string, options: EntryOptions): Promise<Entry[]> {
  const { idOf = () => null, ...lines } = options
  const gathered = new Gathered(new WrittenTwice(job.ledger, idOf))
  const all = { ...lines, ...resumed(job, path, gathered) }
  for await (const run of readRuns(job.source, path, job.ledger, all)) for (const record of run) gathered.take(record)
  return gathered.entries
}

class Gathered implements Resumable<Entry[]> {
  entries: Entry[] = []
  private readonly twice: WrittenTwice

  constructor(twice: WrittenTwice) {
    this.twice = twice
  }

  take({ place, record, text }: PlacedRecord): void {
    if (!this.twice.take(record, place)) this.entries.push(entryOf(place, record, text))
  }

  state(): Entry[] {
    return [...this.entries]
  }

  takeUp(entries: Entry[]): void {
    this.entries = entries
    for (const { record } of entries) this.twice.know(record)
  }
}

/** A record with its text, where that says more than what was read of it. */
export function entryOf(place: Place, record: JsonObject, text: string): Entry {
  return { place, record, text: writeJson(record) === text ? null : text }
}

/** A record whose JSON is a text of its own: a value in a store, a small file. Null, and settled, where it is none. */
export function readRecord(ledger: Ledger, file: string, line: number, text: string): Entry | null {
  ledger.addBytes(Buffer.byteLength(text))
  const parsed = parseRecord(text)
  const { value } = parsed
  const place = ledger.read(file, line, null, isObject(value) ? value : null)
  if (!isObject(value)) {
    ledger.settle(place, 'unparsed', value === undefined ? 'not JSON' : 'not a JSON object')
    return null
  }
  return entryOf(place, asWritten(value, parsed, text, place, ledger), text)
}

/** A document: what stands beside its list, and the elements of the list. */
export type ListedDocument = { head: JsonObject; headPlace: Place; entries: Entry[]; diagnostics: Diagnostic[] }

/**
 * A document that is a list of records, or an object with one under this key. The elements count as records from 1, what stands
 * beside them as record 0; settling these is the caller's, damage is settled here.
 */
export function readListed({ source, ledger }: Pick<ParseJob, 'source' | 'ledger'>, path: string, key: string): Promise<ListedDocument> {
  return listedIn(ledger, path, readDocument(source, path, ledger, takingElements(key)))
}

/** The same of a document that is at hand: a value in a store. */
export function readListedText(ledger: Ledger, path: string, key: string, text: string): Promise<ListedDocument> {
  const pieces = (async function* () {
    yield Buffer.from(text)
  })()
  return listedIn(ledger, path, walkDocument(pieces, ledger, takingElements(key)))
}

async function listedIn(ledger: Ledger, path: string, parts: AsyncIterable<DocumentPart>): Promise<ListedDocument> {
  const head: JsonObject = {}
  const headPlace = ledger.read(path, 0, 0, head)
  const entries: Entry[] = []
  const diagnostics: Diagnostic[] = []
  let position = 0
  for await (const part of parts) {
    if (part.kind === 'damage') {
      ledger.settle(ledger.read(path, ++position, part.offset), 'unparsed', part.reason)
      diagnostics.push({ code: 'damaged_document', at: `${path}:${position}`, detail: { reason: part.reason, offset: part.offset } })
    }
    if (part.kind !== 'value') continue
    const { value, text, offset } = part
    const isElement = typeof part.path.at(-1) === 'number'
    for (const remark of part.remarks) diagnostics.push({ code: remark, at: `${path}:${isElement ? position + 1 : 0}`, detail: null })
    if (!isElement) {
      if (part.path.length === 1) setOwn(head, String(part.path[0]), value)
      continue
    }
    const place = ledger.read(path, ++position, offset, isObject(value) ? value : null)
    if (isObject(value)) entries.push(entryOf(place, value, text))
    else ledger.settle(place, 'unparsed', 'not a JSON object')
  }
  return { head, headPlace, entries, diagnostics }
}
