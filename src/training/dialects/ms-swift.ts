import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

export const msSwift = defineDialect({
  name: 'ms-swift',
  description: 'ms-swift: messages with `loss` by answer, tools as JSON text; reasoning in the text, in think tags',
  takes: ['conversations'],
  masks: 'message',
  inlinesReasoning: true,
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ messages: chatType('loss'), tools: 'text' }),
  rows({ messages, tools }, { isParquet }) {
    const text = toolsText(tools)
    const written = messages.map(message => chatMessage(message, { arguments: 'text', isParquet, flag: 'loss' }))
    return [
      {
        row: { messages: written, ...(text === undefined ? {} : { tools: text }) },
        messages,
        trained: messages.map(message => message.train),
      },
    ]
  },
})
