import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Droid leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const say = (i: number, who: 'user' | 'assistant', text: string) => ({
    type: 'message',
    id: `${id}-${who}-${i}`,
    timestamp: new Date(Date.UTC(2026, 2, 1, 10) + i * 1000).toISOString(),
    message: { role: who, content: [{ type: 'text', text }] },
  })
  const start = { type: 'session_start', id, title: 'kite', version: 2, cwd: '/srv/kite' }
  const records = [start, ...answers.flatMap((answer, i) => [say(i, 'user', 'Mend the kite'), say(i, 'assistant', answer)])]
  return { 'sessions/-srv-kite/01a00000-0000-4000-8000-000000000001.jsonl': jsonLines(records) }
}
