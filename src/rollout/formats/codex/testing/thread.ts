import { jsonl } from './read-fixture.ts'

/** Id of the thread that `rollout` makes. */
export const THREAD = '01a08000-0000-7000-8000-00000000000a'

/** Name of its file. */
export const FILE = `sessions/2026/09/20/rollout-2026-09-20T08-00-00-${THREAD}.jsonl`

/** A rollout of these records behind a `session_meta`; each is a second later than the one before. */
export function rollout(records: readonly object[], meta: object = {}): string {
  const head = { type: 'session_meta', payload: { id: THREAD, cwd: '/w', cli_version: '0.152.0', source: 'cli', ...meta } }
  return jsonl(
    [head, ...records].map((record, i) => ({ timestamp: new Date(Date.UTC(2026, 8, 20, 8, 0, i)).toISOString(), ordinal: i, ...record })),
  )
}

/** A response item. */
export function item(type: string, payload: object = {}): object {
  return { type: 'response_item', payload: { type, ...payload } }
}

/** An event. */
export function event(type: string, payload: object = {}): object {
  return { type: 'event_msg', payload: { type, ...payload } }
}

/** An `item_completed` event. */
export function done(type: string, id: string, work: object = {}): object {
  return event('item_completed', { thread_id: THREAD, turn_id: 't1', item: { type, id, ...work } })
}

/** A message in the user role. */
export function asked(text: string, more: object = {}): object {
  return item('message', { role: 'user', content: [{ type: 'input_text', text }], ...more })
}

/** A message of the model's. */
export function answered(text: string, more: object = {}): object {
  return item('message', { role: 'assistant', content: [{ type: 'output_text', text }], ...more })
}

/** A `token_count` event: the total, and what the last response took, as input and output. */
export function counted(total: readonly [number, number], last: readonly [number, number]): object {
  const usage = ([input_tokens, output_tokens]: readonly [number, number]) => ({ input_tokens, output_tokens })
  return event('token_count', { info: { total_token_usage: usage(total), last_token_usage: usage(last) } })
}
