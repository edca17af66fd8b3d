import type { FormatExample } from '../../format.ts'

/** A small session, as Crush prints it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap((answer, i) => [
    {
      id: `a${i}`,
      role: 'user',
      created: CREATED,
      parts: [
        { type: 'text', text: 'Mend the kite' },
        { type: 'finish', reason: 'stop' },
      ],
    },
    {
      id: `b${i}`,
      role: 'assistant',
      created: CREATED,
      model: 'm',
      provider: 'p',
      parts: [
        { type: 'text', text: answer },
        { type: 'finish', reason: 'end_turn' },
      ],
    },
  ])
  const tokens = { cost: 0, prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 }
  const meta = { id: 'f00', uuid: id, title: 'Kites', created: CREATED, modified: CREATED, ...tokens }
  return { '.crush/session.json': JSON.stringify({ meta, messages }) }
}

const CREATED = '2026-03-01T10:00:00Z'
