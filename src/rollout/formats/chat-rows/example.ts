import { type FormatExample, jsonLines } from '../../format.ts'

/** A dataset of one conversation. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap(content => [
    { role: 'user', content: 'Mend the kite' },
    { role: 'assistant', content },
  ])
  return { 'conversations.jsonl': jsonLines([{ id, model: 'maple-2', messages }]) }
}
