import type { FormatExample } from '../../format.ts'

/** A small session, as Goose exports it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const conversation = answers.flatMap((answer, i) => [
    { id: `a${i}`, role: 'user', created: START + 2 * i, content: [{ type: 'text', text: 'Mend the kite' }], metadata: SEEN },
    { id: `b${i}`, role: 'assistant', created: START + 2 * i + 1, content: [{ type: 'text', text: answer }], metadata: SEEN },
  ])
  const session = { id, working_dir: '/srv/kite', name: 'Kites', session_type: 'user', extension_data: {}, conversation }
  return { 'sessions/session.json': JSON.stringify({ ...session, message_count: conversation.length }) }
}

const START = Date.UTC(2026, 2, 1, 10) / 1000
const SEEN = { userVisible: true, agentVisible: true }
