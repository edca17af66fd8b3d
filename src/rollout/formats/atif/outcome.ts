import { textOf } from '../../conversation/blocks.ts'
import type { FinishedConversation } from '../../conversation/conversation.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'

/**
 * How a trajectory without a trial ended: by what its last agent step says of its ending, as most producers do not, or by the call or
 * the flag by which an agent says that it is done; and whether a call waits for an answer.
 */
export function outcomeOfEnd({ messages, message_meta }: Pick<FinishedConversation, 'messages' | 'message_meta'>): RolloutOutcome {
  const turn = messages.findLast((message, i) => message.role === 'assistant' && message_meta[i]!.origin === 'model')
  if (turn?.tool_calls?.some(({ function: called }) => DONE_CALLS.test(called.name)) || DONE_WORDS.test(textOf(turn?.content ?? [])))
    return { status: 'completed', reward: null, detail: null }
  const at = message_meta.findLastIndex(({ origin }) => origin !== 'harness')
  const [last, meta] = [messages[at], message_meta[at]]
  const status = last?.role === 'assistant' ? statusOf(meta?.stop_reason ?? null, last.tool_calls !== undefined) : 'unknown'
  return { status, reward: null, detail: null }
}

/** Calls by which agents say that they are done. */
const DONE_CALLS = /^(?:done|finish|submit|mark_task_complete|task_complete|complete_task|attempt_completion)$/

/** The same in words, of agents that call nothing: Terminus 2, and OpenHands without function calls. */
const DONE_WORDS = /"task_complete"\s*:\s*true|<function=finish>/

function statusOf(stop: string | null, isOpen: boolean): RolloutOutcome['status'] {
  if (stop === null) return 'unknown'
  if (/^(?:interrupted|cancell?ed|aborted)$/i.test(stop)) return 'interrupted'
  if (/^(?:error|failed)$/i.test(stop)) return 'failed'
  return !isOpen && /^(?:stop|end_turn|stop_sequence|completed)$/i.test(stop) ? 'completed' : 'unknown'
}
