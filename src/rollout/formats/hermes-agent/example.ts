import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as the gateway of Hermes Agent leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const turns = answers.flatMap((answer, i) => [
    { role: 'user', content: 'Mend the kite', timestamp: timeOf(i) },
    { role: 'assistant', content: answer, timestamp: timeOf(i) },
  ])
  const records = [{ role: 'session_meta', tools: [], model: 'm', platform: 'cli', chat_id: id, timestamp: timeOf(0) }, ...turns]
  return { 'sessions/20260301_100000_ab12cd.jsonl': jsonLines(records) }
}

function timeOf(turn: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10) + turn * 1000).toISOString().slice(0, 19)
}
