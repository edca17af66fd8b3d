import type { FormatExample } from '../../format.ts'

/** A small session, as Codex leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const line = (i: number, type: string, payload: object) =>
    `${JSON.stringify({ timestamp: new Date(START + i * 1000).toISOString(), type, payload })}\n`
  const meta = {
    id,
    timestamp: new Date(START).toISOString(),
    cwd: '/srv/kite',
    originator: 'codex_exec',
    cli_version: '0.100.0',
    source: 'exec',
  }
  const turns = answers.map(
    (answer, i) =>
      line(i, 'response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Mend the kite' }] }) +
      line(i, 'response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer }] }),
  )
  return { [`sessions/2026/03/01/${FILE}.jsonl`]: line(0, 'session_meta', meta) + turns.join('') }
}

const FILE = 'rollout-2026-03-01T10-00-00-01a00000-0000-7000-8000-000000000001'
const START = Date.UTC(2026, 2, 1, 10)
