import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

export const trlSft = defineDialect({
  name: 'trl-sft',
  description: 'TRL’s SFTTrainer with `assistant_only_loss`; it trains every answer, so rows are cut where one is not to be trained',
  takes: ['conversations'],
  masks: 'none',
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ messages: chatType(), tools: 'text' }),
  rows({ messages, tools }, { isParquet }) {
    const text = toolsText(tools)
    const row = {
      messages: messages.map(message => chatMessage(message, { arguments: 'object', isParquet })),
      ...(text === undefined ? {} : { tools: text }),
    }
    return [{ row, messages, trained: messages.map(message => message.role === 'assistant') }]
  },
})
