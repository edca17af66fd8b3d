import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, entryOf, readListed } from '../../log/entries.ts'
import { readRuns } from '../../log/lines.ts'
import type { UnitHint } from './discover.ts'
import { factsOf, idOf, messageOf, type Session } from './entry.ts'
import { readStored } from './store.ts'

/** Read a session, wherever it is kept. */
export function readSession(job: ParseJob, { files, member, hint }: Unit): Promise<Session> {
  const [{ kind }, file] = [hint as UnitHint, files[0]!]
  if (kind === 'store') return readStored(job, file, member ?? '')
  return kind === 'export' ? readExport(job, file) : readLines(job, file)
}

/** A session of before version 1.10: what is known of it in the first line, then a message a line. */
async function readLines(job: ParseJob, file: string): Promise<Session> {
  const entries: Entry[] = []
  const isRecord = (record: JsonObject) => 'working_dir' in record || Array.isArray(record['content'])
  for await (const run of readRuns(job.source, file, job.ledger, { isRecord }))
    for (const { place, record, text } of run) entries.push(entryOf(place, record, text))
  const header = entries.find(({ record }) => 'working_dir' in record)
  if (header !== undefined) job.ledger.settle(header.place, 'metadata', 'what is known of the session')
  const messages = entries.filter(entry => entry !== header).map(messageOf)
  return { id: idOf(file), file, ...factsOf(header?.record ?? {}), messages, diagnostics: [] }
}

async function readExport(job: ParseJob, file: string): Promise<Session> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'conversation')
  job.ledger.settle(headPlace, 'metadata', 'what is known of the session')
  return { id: stringOrNull(head['id']) ?? idOf(file), file, ...factsOf(head), messages: entries.map(messageOf), diagnostics }
}
