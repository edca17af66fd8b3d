import { chatMessage, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

/** Who speaks, in the words of ShareGPT. */
const SPEAKERS = { system: 'system', user: 'human', assistant: 'gpt', tool: 'observation' } as const

export const sharegpt = defineDialect({
  name: 'sharegpt',
  description: 'ShareGPT: conversations of from and value, users and the model in turns, calls and reasoning in the text',
  takes: ['conversations'],
  masks: 'none',
  alternates: true,
  inlinesReasoning: true,
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ conversations: { list: { struct: { from: 'text', value: 'text' } } }, tools: 'text' }),
  rows({ messages, tools }) {
    const text = toolsText(tools)
    const conversations = messages.map(message => ({
      from: SPEAKERS[message.role],
      value: chatMessage(message, { arguments: 'text', isParquet: false })['content']!,
    }))
    return [
      {
        row: { conversations, ...(text === undefined ? {} : { tools: text }) },
        messages,
        trained: messages.map(message => message.role === 'assistant'),
      },
    ]
  },
})
