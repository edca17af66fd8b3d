import type { FormatExample } from '../../format.ts'

/** A small session, as Copilot CLI leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  let last: string | null = null
  const event = (turn: number, type: string, data: object) => {
    const record = { type, data, id: `${type}-${turn}`, timestamp: new Date(START + turn * 1000).toISOString(), parentId: last }
    last = record.id
    return `${JSON.stringify(record)}\n`
  }
  const start = { sessionId: id, version: 1, producer: 'copilot-agent', copilotVersion: '1.0.0', context: { cwd: '/srv/kite' } }
  const lines = [
    event(0, 'session.start', start),
    ...answers.flatMap((answer, i) => [
      event(i, 'user.message', { content: 'Mend the kite', attachments: [] }),
      event(i, 'assistant.message', { messageId: `${id}-${i}`, content: answer, toolRequests: [] }),
    ]),
  ]
  return { 'session-state/01a00000-0000-4000-8000-000000000001/events.jsonl': lines.join('') }
}

const START = Date.UTC(2026, 2, 1, 10)
