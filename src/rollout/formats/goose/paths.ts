import { stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { blocksOf } from '../../conversation/parts.ts'
import { type Message, visibility } from './entry.ts'

/** What becomes of a message: part of the dialogue, the summary that stands for all before it, or one that was written again behind it. */
export type Step = { message: Message; is: 'said' | 'summary' | 'continuation' | 'again' | 'hidden' }

/**
 * What a compaction made of messages. It hides them from the model, and puts behind them, hidden from the person, a summary in the
 * user's role and in the assistant's the words that make the model go on; a prompt that was still to be answered it writes once more.
 */
export function stepsOf(messages: readonly Message[]): Step[] {
  const later = new Map<string, number>() // prompts that stand again behind a compaction, by their words
  const steps = messages.map((message): Step => ({ message, is: 'said' }))
  let before = true // whether the model is shown nothing of what came before
  messages.forEach((message, i) => {
    const { isShown, isSent } = visibility(message)
    const isUser = message.role === 'user'
    const follows = messages[i + 1]
    const isFollowed =
      follows !== undefined && follows.role === 'assistant' && !visibility(follows).isShown && CONTINUES.test(wordsOf(follows))
    if (isUser && !isShown && (isFollowed || (isSent && before && i > 0))) steps[i]!.is = 'summary'
    else if (!isUser && !isShown && steps[i - 1]?.is === 'summary') steps[i]!.is = 'continuation'
    else if (!isShown && !isSent && isUser) steps[i]!.is = 'again'
    else if (isUser && !isShown) steps[i]!.is = 'hidden'
    if (isUser && isShown) later.set(wordsOf(message), i)
    before &&= !isSent
  })
  // What is hidden from both and not said again was only hidden.
  steps.forEach((step, i) => {
    if (step.is === 'again' && (later.get(wordsOf(step.message)) ?? -1) < i) step.is = 'said'
  })
  return steps
}

function wordsOf({ entry }: Message): string {
  return stringOrNull(textOf(blocksOf(entry.record['content']))) ?? ''
}

/** How the words begin that make the model go on behind a summary. */
const CONTINUES = /^(?:Your context was compacted|The previous message contains a summary|The conversation history was compacted)/
