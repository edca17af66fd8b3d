import { messageOf } from '../../../../errors.ts'
import { readJsonOr } from '../../../../json/exact.ts'
import { isObject } from '../../../../json/json.ts'
import type { ParseJob } from '../../../format.ts'
import { readChunks } from '../../../log/lines.ts'
import { isPiRecord } from '../header.ts'
import { LogReader, type SessionLog } from '../read.ts'
import { archiveOf, eventsOf } from './events.ts'
import { openStore, type StoreHint } from './store.ts'

/** Read a session of a store: the lines its file would have, numbered by their order. What stands on a damaged page costs what comes after it. */
export async function readStoredLog({ source, ledger }: ParseJob, file: string, { session, generation }: StoreHint): Promise<SessionLog> {
  const database = await openStore(source, file)
  const reader = new LogReader(ledger)
  let line = 0
  try {
    if (generation !== null)
      for await (const run of readChunks(archiveOf(database, session, generation), file, ledger, { isRecord: isPiRecord }))
        for (const record of run) {
          line = record.place.line
          reader.take(record)
        }
    else
      for (const event of eventsOf(database, session)) {
        line++
        const text = 'text' in event ? event.text : ''
        ledger.addBytes(Buffer.byteLength(text))
        const record = readJsonOr(text)
        const place = ledger.read(file, line, null, isObject(record) ? record : null)
        if (isObject(record)) reader.take({ place, record, text })
        else ledger.settle(place, 'unparsed', 'problem' in event ? event.problem : 'not a JSON object')
      }
  } catch (error) {
    ledger.settle(ledger.read(file, line + 1), 'unparsed', `damaged store: ${messageOf(error)}`)
  }
  return reader.finished
}
