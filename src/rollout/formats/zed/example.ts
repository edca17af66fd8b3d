import type { FormatExample } from '../../format.ts'

/** A small thread, as it stands in Zed's store. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap((answer, i) => [
    { User: { id: `${id}-${i}`, content: [{ Text: 'Mend the kite' }] } },
    { Agent: { content: [{ Text: answer }], tool_results: {}, reasoning_details: null } },
  ])
  const thread = { title: 'Kites', messages, updated_at: '2026-03-01T10:05:00Z', model: { provider: 'p', model: 'm' }, version: '0.3.0' }
  return { 'threads/thread.json': JSON.stringify(thread) }
}
