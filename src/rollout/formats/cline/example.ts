import type { FormatExample } from '../../format.ts'

/** A small session, as Cline's command line leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap((answer, i) => [
    { id: `u${i}`, role: 'user', content: [{ type: 'text', text: 'Mend the kite' }] },
    {
      id: `a${i}`,
      role: 'assistant',
      ts: START + i * 1000,
      modelInfo: { id: 'm', provider: 'p' },
      content: [{ type: 'text', text: answer }],
    },
  ])
  return {
    'sessions/1784094124598_kite/1784094124598_kite.messages.json': JSON.stringify({ version: 1, agent: 'lead', sessionId: id, messages }),
  }
}

const START = Date.UTC(2026, 2, 1, 10)
