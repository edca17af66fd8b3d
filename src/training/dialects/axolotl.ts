import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

export const axolotl = defineDialect({
  name: 'axolotl',
  description: 'axolotl’s `chat_template` with `message_field_training: train`',
  takes: ['conversations'],
  masks: 'message',
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ messages: chatType('train'), tools: 'text' }),
  rows({ messages, tools }, { isParquet }) {
    const text = toolsText(tools)
    const written = messages.map(message => ({ ...chatMessage(message, { arguments: 'object', isParquet }), train: message.train }))
    return [
      {
        row: { messages: written, ...(text === undefined ? {} : { tools: text }) },
        messages,
        trained: messages.map(message => message.train),
      },
    ]
  },
})
