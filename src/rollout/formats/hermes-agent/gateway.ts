import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import { addOwn } from '../../../json/own.ts'
import type { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, stateOf } from './entry.ts'
import { stemOf } from './snapshot.ts'
import type { StoredSession } from './stored-session.ts'

/** Read `<id>.jsonl`: a message per line, with `session_meta` rows anywhere that say tools, model and platform. */
export async function readGateway(source: Source, ledger: Ledger, file: string): Promise<StoredSession> {
  const entries: Entry[] = []
  const header: JsonObject = {}
  for await (const { record, text, ...place } of readLines(source, file, ledger, { isRecord: ({ role }) => typeof role === 'string' })) {
    entries.push({ record, place, text: () => text, state: stateOf(record) })
    // A later row speaks for a later segment: it wins, but does not take back what only an earlier one said.
    if (record['role'] === 'session_meta') addOwn(header, settingsOf(record, header))
  }
  return {
    id: stemOf(file),
    file,
    header,
    systemPrompt: stringOrNull(header['system_prompt']),
    tools: header['tools'] ?? null,
    entries,
    diagnostics: [],
  }
}

function settingsOf(record: JsonObject, before: JsonObject): JsonObject {
  // The model is told with each message it answers.
  const { role: _role, timestamp: _timestamp, content: _content, model: _model, ...settings } = record
  const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => before[key] === undefined || !isEmpty(value)))
}
