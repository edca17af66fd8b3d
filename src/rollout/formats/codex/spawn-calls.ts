import { isObject, type Json, parseJson, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { toBlocks } from './content.ts'

/** Words that stand in every record that ties a call to the thread it spawned. */
const WORDS = ['agent_id', 'agent_thread_id', 'new_thread_id', 'task_name'].map(word => Buffer.from(word))

/** Records that tie a call to a thread are small. */
const MAX_RECORD_BYTES = 1 << 20

/** Which call of a thread spawned which thread: by thread id and by agent path. Searches raw bytes, once for each parent. */
export function spawnCalls(source: Source, parentFile: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`codex spawns ${parentFile}`, () => searchSpawns(source, parentFile))
}

async function searchSpawns(source: Source, file: string): Promise<ReadonlyMap<string, string>> {
  const calls = new Map<string, string>()
  const note = (child: string | null, call: string | null) => {
    if (child !== null && call !== null && !calls.has(child)) calls.set(child, call)
  }
  if (file.endsWith('.json')) return calls
  const ledger = new Ledger({ key: file, files: [file] })
  const skip = (bytes: Buffer) =>
    bytes.length < MAX_RECORD_BYTES && WORDS.some(word => bytes.includes(word)) ? null : ({ bucket: 'metadata', reason: '' } as const)
  for await (const { record } of readLines(source, file, ledger, { isRecord: () => true, skip })) {
    const payload = isObject(record['payload']) ? record['payload'] : record
    const callId = stringOrNull(payload['call_id'])
    note(stringOrNull(payload['new_thread_id']), callId)
    if (payload['type'] === 'sub_agent_activity') note(stringOrNull(payload['agent_thread_id']), stringOrNull(payload['event_id']))
    const output = payload['type'] === 'function_call_output' ? outputObject(payload['output']) : null
    if (output !== null) for (const key of ['agent_id', 'thread_id', 'task_name']) note(stringOrNull(output[key]), callId)
  }
  return calls
}

function outputObject(output: Json | undefined): { [key: string]: Json } | null {
  const value = parseJson(textOf(toBlocks(output)))
  return isObject(value) ? value : null
}
