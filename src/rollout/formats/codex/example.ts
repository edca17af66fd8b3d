import type { Json } from '../../../json/json.ts'
import { type FormatExample, jsonLines } from '../../format.ts'

/** A thread of one turn. */
export const example: FormatExample = {
  path: 'sessions/2026/03/01/rollout-2026-03-01T10-00-00-01a00000-0000-7000-8000-000000000001.jsonl',
  id: '01a00000-0000-7000-8000-000000000001',
  content: id => {
    const meta = { id, timestamp: TIME, cwd: '/srv/kite', originator: 'codex_exec', cli_version: '0.100.0', source: 'exec' }
    return jsonLines([
      { timestamp: TIME, type: 'session_meta', payload: meta },
      item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Mend the kite' }] }),
      item({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Mended.' }] }),
    ])
  },
  next: (n, text) =>
    jsonLines([
      item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: `${n}?` }] }),
      item({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }),
    ]),
}

const TIME = '2026-03-01T10:00:00.000Z'

function item(payload: Json): Json {
  return { timestamp: TIME, type: 'response_item', payload }
}
