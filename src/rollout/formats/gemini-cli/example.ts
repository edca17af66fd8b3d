import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Gemini CLI leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const header = { sessionId: id, projectHash: id, startTime: timeOf(0), lastUpdated: timeOf(0), kind: 'main' }
  const turns = answers.flatMap((answer, i) => [
    { id: `${id}-a${i}`, timestamp: timeOf(i), type: 'user', content: [{ text: 'Mend the kite' }] },
    { id: `${id}-b${i}`, timestamp: timeOf(i), type: 'gemini', content: answer, thoughts: [], model: 'm' },
    { $set: { lastUpdated: timeOf(i) } },
  ])
  const path = 'tmp/kite/chats/session-2026-03-01T10-00-01a00000.jsonl'
  return { [path]: jsonLines([header, ...turns]) }
}

function timeOf(turn: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10) + turn * 1000).toISOString()
}
