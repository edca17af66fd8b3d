import { isObject, type Json, type JsonObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { textOf } from '../../../conversation/blocks.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readLines } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { toBlocks } from '../content.ts'

/** Which call of a thread spawned which thread: by thread id and by agent path. Searches raw bytes, once for each parent. */
export function spawnCalls(source: Source, parentFile: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`codex spawns ${parentFile}`, () => searchSpawns(source, parentFile))
}

/** Words that stand in every record that ties a call to the thread it spawned, and in calls that may spawn one. */
const WORDS = ['agent_id', 'agent_thread_id', 'new_thread_id', 'receiver_thread_ids', 'task_name', 'spawn', '"exec"', 'functions.exec'].map(
  word => Buffer.from(word),
)

/** Records that tie a call to a thread are small. */
const MAX_RECORD_BYTES = 1 << 20

async function searchSpawns(source: Source, file: string): Promise<ReadonlyMap<string, string>> {
  const search = new SpawnSearch()
  if (file.endsWith('.json')) return search.calls
  const ledger = new Ledger({ key: file, files: [file] })
  const skip = (bytes: Buffer) =>
    bytes.length < MAX_RECORD_BYTES && WORDS.some(word => bytes.includes(word)) ? null : ({ bucket: 'metadata', reason: '' } as const)
  for await (const { record } of readLines(source, file, ledger, { isRecord: () => true, skip }))
    search.take(isObject(record['payload']) ? record['payload'] : record)
  return search.calls
}

class SpawnSearch {
  readonly calls = new Map<string, string>()
  private readonly made = new Set<string>() // ids of calls that the model made
  private script: string | null = null // the last script: what it called has ids that no call has

  take(payload: JsonObject): void {
    const { type } = payload
    const callId = stringOrNull(payload['call_id'])
    if (typeof type === 'string' && type.endsWith('_call') && callId !== null) {
      this.made.add(callId)
      if (/^(?:functions[._]+)?exec$/.test(String(payload['name']))) this.script = callId
    }
    this.note(payload['new_thread_id'], callId)
    const item = type === 'item_completed' && isObject(payload['item']) ? payload['item'] : null
    if (type === 'sub_agent_activity') this.note(payload['agent_thread_id'], stringOrNull(payload['event_id']))
    if (item?.['type'] === 'SubAgentActivity')
      for (const key of ['agent_thread_id', 'agent_path']) this.note(item[key], stringOrNull(item['id']))
    if (item?.['type'] === 'CollabAgentToolCall' && /spawn/i.test(String(item['tool'])) && Array.isArray(item['receiver_thread_ids']))
      for (const child of item['receiver_thread_ids']) this.note(child, stringOrNull(item['id']))
    const output = type === 'function_call_output' ? outputObject(payload['output']) : null
    if (output !== null) for (const key of ['agent_id', 'thread_id', 'task_name']) this.note(output[key], callId)
  }

  private note(value: Json | undefined, by: string | null): void {
    const child = stringOrNull(value)
    const call = by !== null && this.made.has(by) ? by : (this.script ?? by)
    if (child !== null && call !== null && !this.calls.has(child)) this.calls.set(child, call)
  }
}

function outputObject(output: Json | undefined): { [key: string]: Json } | null {
  const value = parseJson(textOf(toBlocks(output)))
  return isObject(value) ? value : null
}
