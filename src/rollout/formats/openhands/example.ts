import type { FormatExample } from '../../format.ts'

/** A small conversation, as the SDK of OpenHands leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const files: { [path: string]: string } = {}
  const add = (n: number, event: object) => {
    const name = `event-${String(n).padStart(5, '0')}-01a00000-0000-4000-8000-${String(n).padStart(12, '0')}.json`
    const timestamp = new Date(Date.UTC(2026, 2, 1, 10) + n * 1000).toISOString().slice(0, -1)
    files[`conversations/01a0000000004000/events/${name}`] = JSON.stringify({ id: `${id}-${n}`, timestamp, ...event })
  }
  answers.forEach((answer, i) => {
    const message = (role: string, text: string) => ({ role, content: [{ type: 'text', text }] })
    add(2 * i, { source: 'user', llm_message: message('user', 'Mend the kite'), kind: 'MessageEvent' })
    add(2 * i + 1, { source: 'agent', llm_message: message('assistant', answer), kind: 'MessageEvent' })
  })
  return files
}
