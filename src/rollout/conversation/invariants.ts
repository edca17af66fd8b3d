import { isObject, parseJson } from '../../json/json.ts'
import type { RolloutRow } from './row.ts'

/** What is wrong with a row, one sentence each; empty for a faithful one. These hold for every row of every format. */
export function brokenInvariants(row: RolloutRow): string[] {
  const broken: string[] = []
  const { messages, message_meta } = row
  if (messages.length === 0) broken.push('A row without messages')
  if (message_meta.length !== messages.length) broken.push(`${message_meta.length} message_meta for ${messages.length} messages`)
  if (row.message_count !== messages.length) broken.push('message_count is not the number of messages')
  const seen = new Set<string>()
  let pending: string[] = [] // calls of the last assistant message that may still be answered, in order
  let calls = 0
  messages.forEach((message, i) => {
    const { boundary, train, origin, replay } = message_meta[i] ?? {}
    if (train && (message.role !== 'assistant' || origin !== 'model' || replay))
      broken.push(`Message ${i} is to be trained on, though the model did not say it here`)
    for (const key of Object.keys(message)) if (!MESSAGE_KEYS.has(key)) broken.push(`Message ${i} has the undocumented key ${key}`)
    if (!Array.isArray(message.content)) broken.push(`Message ${i}: content is not a list of blocks`)
    if (message.role === 'tool') {
      const at = pending.indexOf(message.tool_call_id ?? '')
      if (at < 0) broken.push(`Message ${i}: tool result apart from its call or out of call order`)
      else pending = pending.slice(at + 1)
      return
    }
    pending = []
    if (message.role !== 'assistant') return
    if (messages[i - 1]?.role === 'assistant' && boundary === undefined)
      broken.push(`Messages ${i - 1} and ${i} are adjacent assistant messages`)
    for (const call of message.tool_calls ?? []) {
      calls++
      pending.push(call.id)
      if (seen.has(call.id)) broken.push(`Message ${i}: call id ${call.id} occurs twice`)
      seen.add(call.id)
      if (!isObject(parseJson(call.function.arguments)))
        broken.push(`Message ${i}: arguments of ${call.id} are not the JSON text of an object`)
    }
  })
  if (row.tool_call_count !== calls) broken.push('tool_call_count is not the number of calls')
  return broken
}

const MESSAGE_KEYS = new Set(['role', 'content', 'reasoning_content', 'tool_calls', 'tool_call_id'])
