import { isObject } from '../json/json.ts'
import { pythonStr } from '../python/text.ts'
import type { ChatMessage, ContentBlock, ModelReply } from './model.ts'

/** The messages of a prompt. An empty system prompt is none; images and other context come before the text. */
export function promptMessages(prompt: string, options: { systemPrompt?: string | null; context?: ContentBlock[] } = {}): ChatMessage[] {
  const { systemPrompt, context = [] } = options
  return [
    ...(systemPrompt ? [{ role: 'system' as const, content: [{ type: 'text', text: systemPrompt }] }] : []),
    { role: 'user', content: [...context, { type: 'text', text: prompt }] },
  ]
}

/** Content of any shape as a list of blocks: text and what is neither text nor block become text blocks. */
export function toBlocks(content: unknown): ContentBlock[] {
  if (content === null || content === undefined) return []
  if (!Array.isArray(content)) return [{ type: 'text', text: pythonStr(content) }]
  return content.map(item => {
    if (item === null) return { type: 'text', text: '' }
    if (isObject(item) && 'type' in item) return item
    if (isObject(item) && typeof item['text'] === 'string') return { type: 'text', text: item['text'] }
    return { type: 'text', text: pythonStr(item) }
  })
}

/** A message as traces hold it: content as blocks, and nothing that is empty. */
export function traceMessage(message: Omit<ChatMessage, 'content'> & { content: unknown }): ChatMessage {
  return {
    role: message.role,
    content: toBlocks(message.content),
    ...(message.reasoning_content ? { reasoning_content: message.reasoning_content } : {}),
    ...(message.tool_calls !== undefined && message.tool_calls.length > 0 ? { tool_calls: message.tool_calls } : {}),
    ...(message.tool_call_id ? { tool_call_id: message.tool_call_id } : {}),
  }
}

/** A reply as the message that goes into the conversation. */
export function replyMessage(reply: ModelReply): ChatMessage {
  return traceMessage({
    role: 'assistant',
    content: reply.text,
    ...(reply.reasoning === null ? {} : { reasoning_content: reply.reasoning }),
    tool_calls: reply.tool_calls,
  })
}

/** The text of a message's content; images and other blocks have none. */
export function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content
  return content.flatMap(block => (typeof block['text'] === 'string' ? [block['text']] : [])).join('\n')
}

/** The messages with another text at the end of the last user message. */
export function withLastUserText(messages: ChatMessage[], change: (text: string) => string): ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return messages.map((message, index) => {
    if (index !== last) return message
    if (typeof message.content === 'string') return { ...message, content: change(message.content) }
    const at = message.content.findLastIndex(block => block['type'] === 'text')
    if (at < 0) return { ...message, content: [...message.content, { type: 'text', text: change('') }] }
    return {
      ...message,
      content: message.content.map((block, i) => (i === at ? { ...block, text: change(String(block['text'])) } : block)),
    }
  })
}
