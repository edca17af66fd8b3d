import type { ModelReply } from './model.ts'
import type { FailureKind } from './model-error.ts'

/** Why a reply is no answer; `isFinal`: asking the same again would be answered the same. */
export type ReplyProblem = { failure: FailureKind; message: string; isFinal: boolean }

/** What a person does about each kind. */
export const REPLY_HINTS: Partial<Record<FailureKind, string>> = {
  refused: 'The model will not answer this: change the prompt, or use another model',
  filtered: 'The provider keeps such replies back: change the prompt, or use another provider',
  cut_off: "Raise max_tokens in the model's inference_parameters, or ask for less",
  tool_calls_only: 'Columns give models no tools: say in the prompt that the answer is to be text',
  thoughts_only: "Raise max_tokens in the model's inference_parameters, or lower its reasoning effort",
}

/** Why a reply holds no answer; null where it holds one. `hasValue`: a shape was asked for, and what is cut may be whole all the same. */
export function replyProblem(reply: ModelReply, hasValue = false): ReplyProblem | null {
  const { refusal = null, finish_reason: ended } = reply
  const text = reply.text.trim()
  if (refusal !== null && text === '') return { failure: 'refused', message: `The model refused: ${shortened(refusal)}`, isFinal: true }
  if (ended === 'content-filter')
    return { failure: 'filtered', message: "The provider's content filter kept the reply back", isFinal: true }
  if (ended === 'refusal')
    return { failure: 'refused', message: `The model refused${text === '' ? '' : `: ${shortened(text)}`}`, isFinal: true }
  if (text !== '' || reply.value !== undefined)
    return ended === 'length' && !hasValue && reply.value === undefined
      ? { failure: 'cut_off', message: 'The response was cut off at max_tokens', isFinal: true }
      : null
  if (ended === 'length') return { failure: 'cut_off', message: 'The response ended at max_tokens before its first word', isFinal: false }
  if (reply.tool_calls.length > 0)
    return { failure: 'tool_calls_only', message: 'The response only calls tools, and says nothing', isFinal: false }
  if (reply.reasoning !== null)
    return { failure: 'thoughts_only', message: 'The response only holds thoughts, and no answer', isFinal: false }
  return { failure: 'empty_reply', message: 'The response is empty', isFinal: false }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
