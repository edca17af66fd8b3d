import type { Example, TrainingMessage } from '../conversation/example.ts'

/** What becomes of the model's reasoning: it stays, only that of the last turn does, it goes, or it stands in the text in think tags. */
export type ReasoningPolicy = 'keep' | 'last' | 'drop' | 'inline'

/** The example with its reasoning as the policy says; what goes is entered in the books. */
export function withReasoning(example: Example, policy: ReasoningPolicy): Example {
  if (policy === 'keep') return example
  const lastUser = example.messages.findLastIndex(message => message.role === 'user')
  const apply = (message: TrainingMessage, i: number): TrainingMessage => {
    const { reasoning, text, source } = message
    if (reasoning === null || (policy === 'last' && i > lastUser)) return message
    if (policy === 'inline') return { ...message, text: `<think>\n${reasoning}\n</think>\n\n${text}`, inlined: true, reasoning: null }
    if (source !== null && message.train) example.account.drop(source, `reasoning, by the policy ${policy}`, 'reasoning')
    return { ...message, reasoning: null }
  }
  const always = (message: TrainingMessage) => apply(message, Number.POSITIVE_INFINITY)
  const { pair } = example
  return {
    ...example,
    messages: example.messages.map(apply),
    pair: pair === null ? null : { ...pair, chosen: pair.chosen.map(always), rejected: pair.rejected.map(always) },
  }
}
