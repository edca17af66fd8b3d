import type { JsonObject } from '../../json/json.ts'
import type { FinishedConversation } from './conversation.ts'
import type { RolloutOutcome } from './row.ts'

/** What a log says of a session's end besides its messages. */
export type EndingFacts = {
  isSilent?: boolean // the log never says why a turn ended: text with nothing open is then an ending
  error?: JsonObject | null // what failed at the end
  isInterrupted?: boolean
  detail?: JsonObject | null
}

/** How a conversation ended, by its last turn: see docs/outcome-and-origin.md. */
export function outcomeOfEnd(said: Pick<FinishedConversation, 'messages' | 'message_meta'>, facts: EndingFacts = {}): RolloutOutcome {
  const { messages, message_meta } = said
  const told = (status: RolloutOutcome['status'], detail: JsonObject | null = null): RolloutOutcome => {
    const all = { ...facts.detail, ...detail }
    return { status, reward: null, detail: Object.keys(all).length > 0 ? all : null }
  }
  if (facts.isInterrupted) return told('interrupted')
  if (facts.error) return told('failed', facts.error)
  const at = message_meta.findLastIndex(({ origin, extra }) => origin !== 'harness' || extra?.['harness'] === 'interruption')
  const [last, meta] = [messages[at], message_meta[at]]
  if (meta?.extra?.['harness'] === 'interruption') return told('interrupted')
  if (last?.role !== 'assistant' || meta === undefined) return told('unknown')
  const reason = meta.stop_reason?.toLowerCase() ?? null
  if (reason !== null && INTERRUPTED.test(reason)) return told('interrupted', { stop_reason: reason })
  if (reason !== null && FAILED.test(reason)) return told('failed', { stop_reason: reason })
  if (reason !== null && !OWN.test(reason)) return told('unknown', { stop_reason: reason })
  const isOwn = reason === null ? facts.isSilent === true : true
  return told(isOwn && last.tool_calls === undefined && last.content.length > 0 ? 'completed' : 'unknown')
}

const OWN = /^(?:stop|end_turn|stop_sequence|completed?|finished|end|done|eos|tool_use|tool_calls|tool-calls|toolcalls)$/
const INTERRUPTED = /^(?:aborted|abort|cancell?ed|cancel|interrupted|interrupt|user_cancell?ed)$/
const FAILED =
  /^(?:error|time_?out|timed_out|refusal|content_filter|content-filter|safety|failed|recitation|prohibited_content|malformed_function_call)$/
