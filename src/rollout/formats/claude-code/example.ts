import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Claude Code leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const records = answers.flatMap((answer, i) => {
    const common = {
      sessionId: id,
      isSidechain: false,
      cwd: '/srv/kite',
      version: '2.1.0',
      timestamp: new Date(START + i * 1000).toISOString(),
    }
    const message = { id: `msg_${i}`, type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: answer }] }
    return [
      {
        ...common,
        parentUuid: i === 0 ? null : `${id}-b${i - 1}`,
        type: 'user',
        uuid: `${id}-a${i}`,
        message: { role: 'user', content: 'Mend the kite' },
      },
      { ...common, parentUuid: `${id}-a${i}`, type: 'assistant', uuid: `${id}-b${i}`, message },
    ]
  })
  return { [`projects/-srv-kite/${FILE}.jsonl`]: jsonLines(records) }
}

const FILE = '11111111-1111-4111-8111-111111111111'
const START = Date.UTC(2026, 2, 1, 10)
