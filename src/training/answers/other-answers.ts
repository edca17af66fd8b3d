import { createHash } from 'node:crypto'
import type { Row } from '../../row.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { TrainingMessage } from '../conversation/example.ts'
import type { Curated } from '../curate/curation.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { AnswerIndex, type OtherAnswer } from './answer-index.ts'

/** What other rows answered to what a row was asked: on paths that left it, and in sessions that ended worse. */
export type OtherAnswers = { abandoned: Iterable<OtherAnswer>; worse: Iterable<OtherAnswer> }

/** Nothing is known of other rows. */
export const NO_OTHERS: OtherAnswers = { abandoned: [], worse: [] }

/** What answers are looked for by: the row that a path left, or what stood before the first answer of a session whose outcome is known. */
export class OtherRows {
  private readonly index: AnswerIndex

  constructor(scratch: Scratch) {
    this.index = new AnswerIndex(scratch)
  }

  /** Go through all rows. */
  async read(
    rows: AsyncIterable<Curated>,
    read: (row: Row, number: number) => Conversation | { reason: string },
    rewardOf: (conversation: Conversation) => number | null,
  ): Promise<void> {
    for await (const { outcome, dropped } of rows) {
      if ('reject' in outcome || dropped !== null) continue
      const conversation = read(outcome.row, 0)
      if ('reason' in conversation) continue
      const reward = rewardOf(conversation)
      const parent = outcome.row['parent_trace_id']
      if (outcome.row['relation'] === 'branch' && typeof parent === 'string')
        for (const [i, one] of ownAnswers(conversation).entries()) this.index.add(`left ${parent}`, i, { ...one, reward })
      const [first] = reward === null ? [] : answersOf(conversation.parts[0] ?? [])
      if (first !== undefined) this.index.add(`asked ${first.prompt}`, reward!, { prompt: first.prompt, answer: first.answer, reward })
    }
    this.index.settle()
  }

  /** What they answered to what this row was asked; `reward`: how well this one ended. */
  answersTo(conversation: Conversation, reward: number | null): OtherAnswers {
    const [first] = reward === null ? [] : answersOf(conversation.parts[0] ?? [])
    const worse = first === undefined ? [] : whichIs(this.index.of(`asked ${first.prompt}`), one => one.reward! < reward!)
    return { abandoned: this.index.of(`left ${conversation.traceId}`), worse }
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.index[Symbol.dispose]()
  }
}

/** Answers up to the first of which it is not so. */
function* whichIs(answers: Iterable<OtherAnswer>, isSo: (answer: OtherAnswer) => boolean): Iterable<OtherAnswer> {
  for (const answer of answers) {
    if (!isSo(answer)) return
    yield answer
  }
}

/** The first answer that is the branch's own; all of them where the log does not say which were there before. */
function ownAnswers({ parts, metas }: Conversation): { prompt: string; answer: TrainingMessage }[] {
  const own: { prompt: string; answer: TrainingMessage }[] = []
  for (const part of parts)
    for (const { prompt, answer } of answersOf(part))
      if (answer.source === null || metas[answer.source]?.['replay'] !== true) own.push({ prompt, answer })
  return metas.some(meta => meta['replay'] === true) ? own.slice(0, 1) : own
}

/** Answers of a conversation, each with a key of all that stands before it. */
export function* answersOf(part: readonly TrainingMessage[]): Iterable<{ prompt: string; answer: TrainingMessage; index: number }> {
  let prompt = ''
  for (const [index, answer] of part.entries()) {
    if (answer.role === 'assistant' && index > 0) yield { prompt, answer, index }
    const { role, text, calls } = answer
    const words = JSON.stringify([prompt, role, text, calls.map(call => [call.name, call.arguments])])
    prompt = createHash('sha256').update(words).digest('base64url')
  }
}
