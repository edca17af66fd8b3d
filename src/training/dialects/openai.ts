import type { Written } from '../conversation/json-line.ts'
import { defineDialect } from '../dialect.ts'
import { openaiMessage, openaiTools } from './openai-form.ts'

export const openai = defineDialect({
  name: 'openai',
  description: 'OpenAI’s files for supervised fine-tuning: `weight` by answer, arguments as text; reasoning cannot be said',
  takes: ['conversations'],
  masks: 'message',
  dropsReasoning: true,
  codecs: ['jsonl'],
  columns: () => ({}),
  rows({ messages, tools }) {
    const list = openaiTools(tools)
    const written: Written[] = messages.map(message => ({
      ...openaiMessage(message),
      ...(message.role === 'assistant' ? { weight: message.train ? 1 : 0 } : {}),
    }))
    return [
      { row: { messages: written, ...(list === null ? {} : { tools: list }) }, messages, trained: messages.map(message => message.train) },
    ]
  },
})
