import { createHash } from 'node:crypto'
import type { Row } from '../row.ts'
import type { Conversation } from './conversation.ts'
import type { Curated } from './curate/curation.ts'
import type { TrainingMessage } from './example.ts'

/** An answer of a path that was left: what stood before it, as a key, and the answer. */
export type AbandonedAnswer = { prompt: string; answer: TrainingMessage }

/** Answers of paths that were left, which are rows of their own, by the row they left. Held in memory is an answer of each. */
export async function abandonedAnswers(
  rows: AsyncIterable<Curated>,
  read: (row: Row, number: number) => Conversation | { reason: string },
): Promise<Map<string, AbandonedAnswer[]>> {
  const found = new Map<string, AbandonedAnswer[]>()
  for await (const { outcome, dropped } of rows) {
    if ('reject' in outcome || dropped !== null || outcome.row['relation'] !== 'branch') continue
    const parent = outcome.row['parent_trace_id']
    const branch = read(outcome.row, 0)
    if (typeof parent !== 'string' || 'reason' in branch) continue
    const answers = found.get(parent) ?? []
    found.set(parent, answers)
    answers.push(...ownAnswers(branch))
  }
  return found
}

/** The first answer that is the branch's own; all of them where the log does not say which were there before. */
function ownAnswers({ parts, metas }: Conversation): AbandonedAnswer[] {
  const own: AbandonedAnswer[] = []
  for (const part of parts)
    for (const { prompt, answer } of answersOf(part))
      if (answer.source === null || metas[answer.source]?.['replay'] !== true) own.push({ prompt, answer })
  return metas.some(meta => meta['replay'] === true) ? own.slice(0, 1) : own
}

/** Answers of a conversation, each with a key of all that stands before it. */
export function* answersOf(part: readonly TrainingMessage[]): Iterable<AbandonedAnswer & { index: number }> {
  let prompt = ''
  for (const [index, answer] of part.entries()) {
    if (answer.role === 'assistant' && index > 0) yield { prompt, answer, index }
    const { role, text, calls } = answer
    const words = JSON.stringify([prompt, role, text, calls.map(call => [call.name, call.arguments])])
    prompt = createHash('sha256').update(words).digest('base64url')
  }
}
