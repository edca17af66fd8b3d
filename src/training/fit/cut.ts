import { type Example, type TrainingMessage, untrained } from '../conversation/example.ts'

/** The example in rows of one answer each: what trainers need that train the last message alone. */
export function* answerByAnswer(example: Example): Iterable<Example> {
  for (const [i, message] of example.messages.entries())
    if (!message.train) continue
    else if (i === 0 || example.messages[i - 1]!.role === 'assistant') dropAnswerToNoOne(example, message)
    else yield { ...example, messages: [...example.messages.slice(0, i).map(untrained), message] }
}

/**
 * The example in pieces without answers that are not to be trained: what trainers need that train all they see. Each piece begins with the
 * system prompt and the request that is being served; what was cut out is context that is lost.
 */
export function* withoutUntrained(example: Example): Iterable<Example> {
  const { messages } = example
  const system = messages[0]?.role === 'system' ? [messages[0]] : []
  let piece: TrainingMessage[] = []
  let request: TrainingMessage[] = []
  let skipping = false
  let isSeed = false // whether the piece is but the request of the one before
  for (const message of messages.slice(system.length)) {
    if (message.role === 'user') {
      // A new request follows what was cut out: the one before it is served.
      if (isSeed) piece = []
      request = [message]
    }
    if (message.role !== 'tool') isSeed = false
    if (message.role === 'assistant') skipping = !message.train
    if (message.role === 'assistant' && !message.train) {
      if (piece.some(one => one.train)) yield { ...example, messages: [...system, ...piece] }
      piece = [...request]
      isSeed = true
    } else if (!(skipping && message.role === 'tool')) {
      piece.push(message)
    }
  }
  if (piece.some(one => one.train)) yield { ...example, messages: [...system, ...piece] }
}

/** Enter in the books that nothing stands before the answer. */
export function dropAnswerToNoOne({ account }: Example, { source }: TrainingMessage): void {
  if (source !== null) account.drop(source, 'answers no one, which the dialect cannot say')
}

/** Without what stands behind the last answer: nothing is learnt from it, and some trainers refuse it. */
export function endingOnAnswer(example: Example): Example {
  const last = example.messages.findLastIndex(message => message.role === 'assistant')
  return last === example.messages.length - 1 ? example : { ...example, messages: example.messages.slice(0, last + 1) }
}
