import type { Example } from '../conversation/example.ts'
import type { Dialect } from '../dialect.ts'
import { alternating } from '../fit/alternate.ts'
import { answerByAnswer, dropAnswerToNoOne, endingOnAnswer, withoutUntrained } from '../fit/cut.ts'
import { pairInWindow } from '../fit/pair-window.ts'
import { type ReasoningPolicy, withReasoning } from '../fit/reasoning.ts'
import { type WindowOptions, windowsOf, withRoom } from '../fit/window.ts'
import type { View } from '../view.ts'

/** How examples of a view become rows of a dialect. */
export type PrepareOptions = { view: View; dialect: Dialect; reasoning: ReasoningPolicy; window: WindowOptions | null }

/** What of an example the dialect can say, in windows that keep to the budget. What falls away is entered in the books. */
export function* prepared(example: Example, { view, dialect, reasoning, window }: PrepareOptions): Iterable<Example> {
  const worded = withReasoning(example, policyFor(dialect, reasoning))
  if (view.gives === 'pairs') {
    yield* window === null ? [worded] : pairInWindow(worded, window)
    return
  }
  if (view.gives !== 'conversations') {
    const told = window === null ? worded : withRoom(worded, window)
    if (window === null || window.measure(told.messages, told) <= window.budget) yield told
    else for (const { source } of worded.messages) if (source !== null) worded.account.drop(source, 'does not fit into a window')
    return
  }
  for (const piece of pieces(worded, dialect)) {
    const told = dialect.alternates ? alternating(piece) : piece
    for (const one of window === null ? [told] : windowsOf(told, window)) {
      const whole = endingOnAnswer(one)
      // A window may have had room for the answer alone.
      if (dialect.masks === 'last' && whole.messages[0]?.train) dropAnswerToNoOne(whole, whole.messages[0])
      else if (whole.messages.some(message => message.train)) yield whole
    }
  }
}

/** What a dialect can say of reasoning goes before what was asked for. */
export function policyFor(dialect: Dialect, wanted: ReasoningPolicy): ReasoningPolicy {
  if (dialect.dropsReasoning && wanted !== 'inline') return 'drop'
  return dialect.inlinesReasoning && wanted !== 'drop' ? 'inline' : wanted
}

function pieces(example: Example, { masks }: Dialect): Iterable<Example> {
  if (masks === 'message') return [example]
  return masks === 'last' ? answerByAnswer(example) : withoutUntrained(example)
}
