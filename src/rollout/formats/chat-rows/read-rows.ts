import { isObject, type JsonObject } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import { readDocument } from '../../log/document.ts'
import { type Entry, entryOf } from '../../log/entries.ts'
import { readLines } from '../../log/lines.ts'
import { isMessage, listsOf } from './shape.ts'

/** The records of a file, one by one: lines, or the elements of a list. What is none of them is settled as damage. */
export async function* readRecords({ source, ledger }: Pick<ParseJob, 'source' | 'ledger'>, file: string): AsyncIterable<Entry> {
  const isList = /^\uFEFF?\s*\[/.test((await source.head(file, 1024)).toString('utf8'))
  if (!isList) {
    for await (const { record, text, ...place } of readLines(source, file, ledger, { isRecord })) yield entryOf(place, record, text)
    return
  }
  let position = 0
  for await (const part of readDocument(source, file, ledger, path => (path.length === 0 ? 'enter' : 'whole'))) {
    if (part.kind === 'damage') ledger.settle(ledger.read(file, ++position, part.offset), 'unparsed', part.reason)
    if (part.kind !== 'value') continue
    const { value, text, offset } = part
    const place = ledger.read(file, ++position, offset, isObject(value) ? value : null)
    if (isObject(value)) yield entryOf(place, value, text)
    else ledger.settle(place, 'unparsed', 'not a JSON object')
  }
}

function isRecord(record: JsonObject): boolean {
  return isMessage(record) || listsOf(record) !== null
}
