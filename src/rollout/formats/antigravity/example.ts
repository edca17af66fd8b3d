import { type FormatExample, jsonLines } from '../../format.ts'

/** A small transcript, as Antigravity leaves it. */
export function example(_id: string, answers: readonly string[]): FormatExample {
  const steps = answers.flatMap((answer, i) => [
    { step_index: 2 * i, source: 'USER_EXPLICIT', type: 'USER_INPUT', status: 'DONE', created_at: AT, content: REQUEST },
    { step_index: 2 * i + 1, source: 'MODEL', type: 'PLANNER_RESPONSE', status: 'DONE', created_at: AT, content: answer },
  ])
  return { 'brain/019c0000-0000-7000-8000-000000000001/.system_generated/logs/transcript.jsonl': jsonLines(steps) }
}

const AT = '2026-03-01T10:00:00Z'
const REQUEST = '<USER_REQUEST>\nMend the kite\n</USER_REQUEST>'
