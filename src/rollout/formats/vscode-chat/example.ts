import { type FormatExample, jsonLines } from '../../format.ts'

/** A small chat, as VS Code leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const head = { version: 3, creationDate: START, responderUsername: 'GitHub Copilot', initialLocation: 'panel', sessionId: id }
  const changes = answers.map((answer, i) => ({
    kind: 2,
    k: ['requests'],
    v: [
      {
        requestId: `${id}-${i}`,
        timestamp: START + i * 1000,
        message: { text: 'Mend the kite', parts: [] },
        response: [{ value: answer }],
        modelId: 'm',
        modelState: { value: 1, completedAt: START + i * 1000 + 500 },
        result: {
          metadata: { toolCallRounds: [{ id: `${id}-r${i}`, response: answer, toolCalls: [], timestamp: START + i * 1000 }] },
        },
      },
    ],
  }))
  return { [`workspaceStorage/${FOLDER}/chatSessions/${FILE}.jsonl`]: jsonLines([{ kind: 0, v: { ...head, requests: [] } }, ...changes]) }
}

const START = Date.UTC(2026, 2, 1, 10)
const FOLDER = '0123456789abcdef0123456789abcdef'
const FILE = '01a00000-0000-4000-8000-000000000001'
