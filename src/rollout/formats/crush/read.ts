import { isObject, stringIn } from '../../../json/json.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readListed } from '../../log/entries.ts'
import type { UnitHint } from './discover.ts'
import { factsOf, type Session } from './entry.ts'
import { readStored } from './store.ts'

/** Read a session, wherever it is kept. */
export function readSession(job: ParseJob, { files, member, hint }: Unit): Promise<Session> {
  return (hint as UnitHint).kind === 'store' ? readStored(job, files[0]!, member ?? '') : readPrint(job, files[0]!)
}

/** What `crush session show --json` printed. */
async function readPrint(job: ParseJob, file: string): Promise<Session> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  job.ledger.settle(headPlace, 'metadata', 'what is known of the session')
  const meta = isObject(head['meta']) ? head['meta'] : {}
  const id =
    stringIn(meta, 'uuid', 'id') ??
    file
      .split('/')
      .at(-1)!
      .replace(/\.json$/, '')
  const messages = entries.map(entry => {
    const { parts: _, ...row } = entry.record
    return { row, entry }
  })
  return { file, ...factsOf(id, meta), messages, diagnostics }
}
