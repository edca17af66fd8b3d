import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Qwen Code leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const common = (i: number) => ({
    sessionId: id,
    timestamp: new Date(START + i * 1000).toISOString(),
    cwd: '/srv/kite',
    version: '0.21.0',
  })
  const records = answers.flatMap((answer, i) => [
    {
      ...common(i),
      uuid: `a${i}`,
      parentUuid: i === 0 ? null : `b${i - 1}`,
      type: 'user',
      message: { role: 'user', parts: [{ text: 'Mend the kite' }] },
    },
    {
      ...common(i),
      uuid: `b${i}`,
      parentUuid: `a${i}`,
      type: 'assistant',
      model: 'm',
      message: { role: 'model', parts: [{ text: answer }] },
    },
  ])
  return { [`projects/-srv-kite/chats/${FILE}.jsonl`]: jsonLines(records) }
}

const FILE = '01a00000-0000-7000-8000-000000000001'
const START = Date.UTC(2026, 2, 1, 10)
