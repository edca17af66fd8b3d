import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

export const trlPromptCompletion = defineDialect({
  name: 'trl-prompt-completion',
  description: 'TRL’s SFTTrainer with prompt and completion: one answer a row, all before it is context',
  takes: ['conversations'],
  masks: 'last',
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ prompt: chatType(), completion: chatType(), tools: 'text' }),
  rows({ messages, tools }, { isParquet }) {
    const write = (list: typeof messages) => list.map(message => chatMessage(message, { arguments: 'object', isParquet }))
    const text = toolsText(tools)
    const row = {
      prompt: write(messages.slice(0, -1)),
      completion: write(messages.slice(-1)),
      ...(text === undefined ? {} : { tools: text }),
    }
    return [{ row, messages, trained: messages.map((_, i) => i === messages.length - 1) }]
  },
})
