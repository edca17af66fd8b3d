import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Pi leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const turns = answers.flatMap((answer, i) => [
    entry(`a${i}`, i === 0 ? null : `b${i - 1}`, i, { role: 'user', content: 'Mend the kite' }),
    entry(`b${i}`, `a${i}`, i, { role: 'assistant', content: [{ type: 'text', text: answer }], model: 'm', provider: 'p' }),
  ])
  const header = { type: 'session', version: 3, id, timestamp: timeOf(0), cwd: '/srv/kite' }
  return { [`sessions/--srv-kite--/${FILE}.jsonl`]: jsonLines([header, ...turns]) }
}

const FILE = '2026-03-01T10-00-00-000Z_01a00000-0000-7000-8000-0000000000aa'

function entry(id: string, parentId: string | null, turn: number, message: object) {
  return { type: 'message', id, parentId, timestamp: timeOf(turn), message }
}

function timeOf(turn: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10) + turn * 1000).toISOString()
}
