import { basename } from 'node:path'
import { isNumber, isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import { readDocument, takingElements } from '../../log/document.ts'
import type { Ledger } from '../../log/ledger.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, stateOf } from './entry.ts'
import type { StoredSession } from './stored-session.ts'

/** Read `session_<id>.json`: settings, system prompt, tools and all messages of one session; or a bare list of a store's messages. */
export async function readSnapshot(source: Source, ledger: Ledger, file: string): Promise<StoredSession> {
  const head: JsonObject = {}
  const entries: Entry[] = []
  const diagnostics: Diagnostic[] = []
  let position = 0
  for await (const part of readDocument(source, file, ledger, takingElements('messages'))) {
    if (part.kind === 'damage') {
      ledger.settle(ledger.read(file, ++position, part.offset), 'unparsed', part.reason)
      diagnostics.push({ code: 'damaged_document', at: `${file}:${position}`, detail: { reason: part.reason, offset: part.offset } })
    }
    if (part.kind !== 'value') continue
    const { path, value, text, offset } = part
    for (const remark of part.remarks) diagnostics.push({ code: remark, at: `${file}:${position + 1}`, detail: null })
    const isMessage = typeof path.at(-1) === 'number'
    if (!isMessage) {
      if (path.length === 1) head[String(path[0])] = value
      continue
    }
    const record = isObject(value) ? value : null
    const place = ledger.read(file, ++position, offset, record)
    if (record === null) ledger.settle(place, 'unparsed', 'not a JSON object')
    else entries.push({ record, place, text: () => text, state: stateOf(record) })
  }
  const { session, ...rest } = head
  const header: JsonObject = { ...rest, ...(isObject(session) ? session : {}) }
  if (Object.keys(head).length > 0) ledger.settle(ledger.read(file, 0, 0, head), 'metadata', 'session settings')
  return {
    id: stringOrNull(header['session_id']) ?? stringOrNull(header['id']) ?? stemOf(file),
    file,
    header,
    systemPrompt: stringOrNull(header['system_prompt']),
    tools: header['tools'] ?? null,
    entries: inStoreOrder(entries),
    diagnostics,
  }
}

/** Messages taken out of a store bear its row ids, which are their order. */
function inStoreOrder(entries: Entry[]): Entry[] {
  if (!entries.every(({ record }) => isNumber(record['id']) && 'session_id' in record)) return entries
  return entries.sort((a, b) => Number(a.record['id']) - Number(b.record['id']))
}

/** The session a file is named for. */
export function stemOf(file: string): string {
  return basename(plainName(file))
    .replace(/\.jsonl?$/, '')
    .replace(/^session_/, '')
}
