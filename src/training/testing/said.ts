import type { Row } from '../../row.ts'
import { type Conversation, conversationOf } from '../conversation/conversation.ts'

/** A message of a session: `call` are the arguments of its call, whose result the next message is. */
export type Said = readonly [role: 'user' | 'assistant' | 'tool', text: string, more?: { call?: string; meta?: Row }]

/** A session in which this was said. */
export function conversation(said: readonly Said[], more: Row = {}): Conversation {
  const messages = said.map(([role, text, { call } = {}], i) => ({
    role,
    content: text,
    ...(call === undefined ? {} : { tool_calls: [{ id: `c${i}`, type: 'function', function: { name: 'run', arguments: call } }] }),
    ...(role === 'tool' ? { tool_call_id: `c${i - 1}` } : {}),
  }))
  const row = { trace_id: 'a', messages, message_meta: said.map(([, , { meta = {} } = {}]) => meta), ...more } as unknown as Row
  const read = conversationOf(row, 1, { count: text => text.length, tools: 'none' })
  if ('reason' in read) throw new Error(read.reason)
  return read
}
