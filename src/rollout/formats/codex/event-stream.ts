import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Place } from '../../log/ledger.ts'
import type { Entry } from './entry.ts'

/** Whether a record is an event of a saved `codex exec --json` stream, which is no rollout: it shows what was said and done, not what was sent. */
export function isStreamEvent(record: JsonObject): boolean {
  const { type } = record
  if (typeof type !== 'string' || !EVENTS.has(type) || isObject(record['payload'])) return false
  if (type.startsWith('item.') && type !== 'item.plan.delta') return isObject(record['item']) && typeof record['item']['type'] === 'string'
  if (type === 'thread.started') return typeof record['thread_id'] === 'string'
  return (
    type.startsWith('turn.') || type === 'item.plan.delta' || typeof record['message'] === 'string' || typeof record['call_id'] === 'string'
  )
}

/** Events that `codex exec --json` prints. */
const EVENTS: ReadonlySet<string> = new Set(
  'thread.started turn.started turn.completed turn.failed item.started item.updated item.completed item.plan.delta request_user_input error'.split(
    ' ',
  ),
)

/** What one event stands for: entries as a rollout would have them, nothing, and why, or what nobody has described. */
export type StreamReading = { entries: Entry[] } | { aside: 'metadata' | 'noise'; reason: string } | { unknown: string }

/** Reads a stream's events as entries. A tool's item is shown when it starts and again when it ends: a call, then its result. */
export class EventStream {
  /** Ids of items of this turn that were shown as calls already; the empty one: the thread was named. */
  shown = new Set<string>()

  read(place: Place, record: JsonObject): StreamReading {
    const make = (kind: Entry['kind'], type: string, payload: JsonObject): Entry => ({
      place,
      kind,
      type,
      payload: kind === 'item' || kind === 'event' ? { type, ...payload } : payload,
      timestamp: stringOrNull(record['timestamp']),
      ordinal: null,
      turn: null,
      kinds: null,
      source: null,
      voice: null,
    })
    const event = String(record['type'])
    switch (event) {
      case 'thread.started':
        if (this.shown.has('')) return { aside: 'metadata', reason: event }
        this.shown.add('')
        return { entries: [make('meta', 'meta', { id: record['thread_id']!, stream: true })] }
      case 'turn.started':
        // A later run numbers its items anew.
        this.shown = new Set(this.shown.has('') ? [''] : [])
        return { entries: [make('event', 'task_started', {})] }
      case 'turn.completed':
        return {
          entries: [
            make('event', 'token_count', { info: { total_token_usage: record['usage'] ?? null } }),
            make('event', 'task_complete', {}),
          ],
        }
      case 'turn.failed':
        return {
          entries: [make('event', 'task_complete', { error: isObject(record['error']) ? record['error'] : { message: 'unknown' } })],
        }
      case 'error':
        return { entries: [make('event', 'error', { message: record['message'] ?? null })] }
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        return this.item(record['item'] as JsonObject, event === 'item.completed', make)
      default:
        return { aside: 'noise', reason: 'streamed piece' }
    }
  }

  private item(item: JsonObject, isOver: boolean, make: Make): StreamReading {
    const type = String(item['type'])
    const text = stringOrNull(item['text'])
    if (type === 'todo_list') return { entries: [make('event', 'plan_update', { items: item['items'] ?? null })] }
    const call = callOf(item)
    if (call === null) {
      if (!isOver) return { aside: 'noise', reason: 'streamed piece' }
      if (type === 'reasoning') return { entries: [make('item', 'reasoning', { summary: [{ type: 'summary_text', text }] })] }
      if (type === 'error') return { entries: [make('event', 'warning', { message: item['message'] ?? null })] }
      if (text === null) return { unknown: `item.completed/${type}` }
      return { entries: [make('item', 'message', { role: 'assistant', content: [{ type: 'output_text', text }] })] }
    }
    const id = stringOrNull(item['id']) ?? 'item'
    const isShown = this.shown.has(id)
    if (!isShown) this.shown.add(id)
    if (!isOver) return isShown ? { aside: 'noise', reason: 'streamed piece' } : { entries: [make('item', call.item, call.payload(id))] }
    const before = isShown ? [] : [make('item', call.item, call.payload(id))]
    if (type === 'web_search') return isShown ? { aside: 'noise', reason: 'streamed piece' } : { entries: before }
    const report = make('event', call.report, { ...item, type: call.report, call_id: id })
    return { entries: [...before, report, make('item', 'function_call_output', { call_id: id, output: outputOf(item) })] }
  }
}

type Make = (kind: Entry['kind'], type: string, payload: JsonObject) => Entry

type ReportedCall = { item: string; report: string; payload(id: string): JsonObject }

/** The call that an item reports: not as the model wrote it, which the stream does not show. */
function callOf(item: JsonObject): ReportedCall | null {
  const call = (name: string, args: Json, report: string): ReportedCall => ({
    item: 'function_call',
    report,
    payload: id => ({ name, call_id: id, arguments: writeJson(isObject(args) ? args : { input: args }), reported: true }),
  })
  switch (item['type']) {
    case 'command_execution':
      return call('command_execution', { command: item['command'] ?? null }, 'exec_command_end')
    case 'file_change':
      return call('file_change', { changes: item['changes'] ?? null }, 'patch_apply_end')
    case 'mcp_tool_call':
      return call(`mcp__${String(item['server'])}__${String(item['tool'])}`, item['arguments'] ?? {}, 'mcp_tool_call_end')
    case 'collab_tool_call': {
      const { prompt, receiver_thread_ids } = item
      return call(
        String(item['tool'] ?? 'collab'),
        { prompt: prompt ?? null, receiver_thread_ids: receiver_thread_ids ?? null },
        'collab_waiting_end',
      )
    }
    case 'web_search': {
      const action = isObject(item['action']) ? item['action'] : { type: 'search', query: item['query'] ?? null }
      return { item: 'web_search_call', report: 'web_search_end', payload: id => ({ id, action, reported: true }) }
    }
    default:
      return null
  }
}

function outputOf(item: JsonObject): Json {
  const { result, error } = item
  if (isObject(error)) return stringOrNull(error['message']) ?? writeJson(error)
  if (isObject(result)) return result
  if (typeof item['aggregated_output'] === 'string') return item['aggregated_output']
  return isObject(item['agents_states']) ? writeJson(item['agents_states']) : ''
}
