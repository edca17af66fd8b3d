import { isObject, type JsonObject, parseJson } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, entryOf, readListed, readListedText } from '../../log/entries.ts'
import type { UnitHint } from './discover.ts'
import { threadRow, threadText } from './store.ts'

/** A thread: what its row says of it, what its document says beside its messages, and these. */
export type Thread = { id: string; file: string; row: JsonObject; head: JsonObject; entries: Entry[]; diagnostics: Diagnostic[] }

/** Read a thread, wherever it is kept. Its messages count as records from 1, what stands beside them as record 0. */
export async function readThread(job: ParseJob, { files, member, hint }: Unit): Promise<Thread> {
  const file = files[0]!
  const isStored = (hint as UnitHint).kind === 'store'
  const id = isStored
    ? (member ?? '')
    : file
        .split('/')
        .at(-1)!
        .replace(/\.json$/, '')
  const row = isStored ? await threadRow(job.source, file, id) : {}
  const text = isStored ? await threadText(job.source, file, id) : await wholeText(job, file)
  const value = text === null ? undefined : parseJson(text)
  if (text !== null && isObject(value)) return { id, file, row, ...elementsIn(job, file, text, value), diagnostics: [] }
  const listed = await (text !== null && isStored ? readListedText(job.ledger, file, 'messages', text) : readListed(job, file, 'messages'))
  const { head, headPlace, entries, diagnostics } = listed
  job.ledger.settle(headPlace, 'metadata', 'what is known of the thread')
  return { id, file, row, head, entries, diagnostics }
}

function elementsIn({ ledger }: ParseJob, file: string, text: string, whole: JsonObject): { head: JsonObject; entries: Entry[] } {
  const { messages, ...head } = whole
  ledger.addBytes(Buffer.byteLength(text))
  ledger.settle(ledger.read(file, 0, 0, head), 'metadata', 'what is known of the thread')
  const sources = elementsOf(sourceAt(text, ['messages']) ?? '')
  const entries = (Array.isArray(messages) ? messages : []).flatMap((message, i): Entry[] => {
    const place = ledger.read(file, i + 1, null, isObject(message) ? message : null)
    if (isObject(message)) return [sources[i] === undefined ? { place, record: message, text: null } : entryOf(place, message, sources[i])]
    // A mark that the model was told to go on.
    if (message === 'Resume') ledger.settle(place, 'metadata', 'the thread was resumed')
    else ledger.settle(place, 'unparsed', 'not a JSON object')
    return []
  })
  return { head, entries }
}

/** A document that is small enough to be read whole; a larger one, or a damaged one, is read a piece at a time. */
function wholeText({ source }: ParseJob, file: string): Promise<string | null> {
  return source.text(file).catch(() => null)
}
