import { answersOf, type OtherAnswers } from '../answers/other-answers.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { type Example, type TrainingMessage, untrained } from '../conversation/example.ts'
import { defineView, exampleOf } from '../view.ts'

/** So many results later a call that works still answers the one that failed. */
const NEAR = 3

export const preference = defineView({
  name: 'preference',
  description:
    'Pairs: a failed call and the one that worked soon after, an interrupted answer and the one after the correction, an abandoned branch and the one that was kept, the first answer of a session that ended better than another of the same request (`--reward`); each with its evidence',
  gives: 'pairs',
  leavesOut: 'not in a pair',
  looksAtOthers: true,
  *examples(conversation, others) {
    if (conversation.pair !== null) {
      yield* asItIs(conversation, conversation.pair)
      return
    }
    const used = new Set<number | null>()
    const pairs = [
      ...abandoned(conversation),
      ...ofBranches(conversation, others),
      ...conversation.parts.flatMap(part => [...repairs(part), ...corrections(part, conversation)]),
      ...ofWorse(conversation, others),
    ]
    for (const { prompt, chosen, rejected, evidence } of pairs) {
      if (used.has(chosen.source) || (rejected.source !== null && used.has(rejected.source)) || !chosen.train || isSame(chosen, rejected))
        continue
      if (prompt.length === 0 || prompt.at(-1)!.role === 'assistant') continue
      used.add(chosen.source).add(rejected.source)
      if (rejected.source !== null) conversation.account.mask(rejected.source, 'rejected answer of a pair')
      const pair: Example['pair'] = { chosen: [chosen], rejected: [untrained(rejected)], evidence }
      yield exampleOf(conversation, prompt.map(untrained), { pair, facts: { evidence } })
    }
  },
})

/** A row that is a pair already. What was masked since is learnt from no more. */
function* asItIs(conversation: Conversation, pair: NonNullable<Conversation['pair']>): Iterable<Example> {
  for (const { source } of pair.rejected) conversation.account.mask(source!, 'rejected answer of a pair')
  const [prompt] = conversation.parts
  if (pair.chosen.every(({ train }) => train))
    yield exampleOf(conversation, prompt!.map(untrained), { pair, facts: { evidence: pair.evidence } })
}

type Found = { prompt: readonly TrainingMessage[]; chosen: TrainingMessage; rejected: TrainingMessage; evidence: string }

function* repairs(part: readonly TrainingMessage[]): Iterable<Found> {
  for (const [i, failed] of part.entries()) {
    const results = resultsOf(part, i)
    if (failed.calls.length !== 1 || results[0]?.isError !== true) continue
    let seen = 0
    for (let j = i + 1; j < part.length && seen < NEAR && part[j]!.role !== 'user'; j++) {
      const fix = part[j]!
      if (fix.role !== 'assistant') continue
      const answers = resultsOf(part, j)
      seen += answers.length
      const isFix = fix.calls.length === 1 && fix.calls[0]!.name === failed.calls[0]!.name && answers.length === 1 && !answers[0]!.isError
      if (!isFix) continue
      yield { prompt: part.slice(0, i), chosen: fix, rejected: failed, evidence: 'error_fix' }
      break
    }
  }
}

function* corrections(part: readonly TrainingMessage[], { metas }: Conversation): Iterable<Found> {
  for (const [i, message] of part.entries()) {
    if (message.source === null || metas[message.source]?.['boundary'] !== 'interruption') continue
    const stopped = part.slice(0, i).findLastIndex(before => before.role === 'assistant')
    const after = part.findIndex((later, j) => j >= i && later.role === 'assistant')
    const isCorrected = part.slice(i, after).some(between => between.role === 'user')
    if (stopped >= 0 && after > 0 && isCorrected)
      yield { prompt: part.slice(0, stopped), chosen: part[after]!, rejected: part[stopped]!, evidence: 'interruption_correction' }
  }
}

/** Two parts in a row that ask the same, of which the first was given up. */
function* abandoned({ parts, metas }: Conversation): Iterable<Found> {
  for (const [n, kept] of parts.entries()) {
    const given = parts[n - 1]
    const start = kept.find(message => message.role !== 'system')
    if (given === undefined || start?.source == null || !['abandoned', 'branch'].includes(String(metas[start.source]?.['boundary'])))
      continue
    const answer = kept.findIndex(message => message.role === 'assistant')
    const ask = kept[answer - 1]
    if (ask?.role !== 'user') continue
    const at = given.findLastIndex(
      (message, i) => message.role === 'user' && message.text === ask.text && given[i + 1]?.role === 'assistant',
    )
    if (at >= 0) yield { prompt: given.slice(0, at + 1), chosen: kept[answer]!, rejected: given[at + 1]!, evidence: 'abandoned_branch' }
  }
}

/** Of a path that was left, which is a row of its own, the answer to the very words that this row answers otherwise. */
function* ofBranches({ parts }: Conversation, { abandoned: branches }: OtherAnswers): Iterable<Found> {
  const left = Map.groupBy(branches, branch => branch.prompt)
  if (left.size === 0) return
  for (const part of parts)
    for (const { prompt, answer, index } of answersOf(part))
      for (const branch of left.get(prompt) ?? [])
        if (!isSame(branch.answer, answer))
          yield { prompt: part.slice(0, index), chosen: answer, rejected: { ...branch.answer, source: null }, evidence: 'abandoned_branch' }
}

/** The first answer against the worst that another session gave to the same words. */
function* ofWorse({ parts: [part] }: Conversation, { worse }: OtherAnswers): Iterable<Found> {
  const [first] = answersOf(part ?? [])
  if (first === undefined) return
  for (const { answer } of worse) {
    if (isSame(answer, first.answer)) continue
    yield { prompt: part!.slice(0, first.index), chosen: first.answer, rejected: { ...answer, source: null }, evidence: 'outcome' }
    return
  }
}

function resultsOf(part: readonly TrainingMessage[], caller: number): TrainingMessage[] {
  const results: TrainingMessage[] = []
  for (let i = caller + 1; part[i]?.role === 'tool'; i++) results.push(part[i]!)
  return results
}

function isSame(a: TrainingMessage, b: TrainingMessage): boolean {
  const words = ({ text, calls }: TrainingMessage) => JSON.stringify([text, calls.map(call => [call.name, call.arguments])])
  return words(a) === words(b)
}
