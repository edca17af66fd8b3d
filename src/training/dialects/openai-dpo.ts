import { defineDialect } from '../dialect.ts'
import { openaiMessage, openaiTools } from './openai-form.ts'

export const openaiDpo = defineDialect({
  name: 'openai-dpo',
  description: 'OpenAI’s files for preference fine-tuning: input, preferred_output, non_preferred_output',
  takes: ['pairs'],
  masks: 'message',
  dropsReasoning: true,
  codecs: ['jsonl'],
  columns: () => ({}),
  rows({ messages, tools, pair }) {
    const list = openaiTools(tools)
    const { chosen, rejected } = pair!
    return [
      {
        row: {
          input: { messages: messages.map(openaiMessage), ...(list === null ? {} : { tools: list }) },
          preferred_output: chosen.map(openaiMessage),
          non_preferred_output: rejected.map(openaiMessage),
        },
        messages: [...messages, ...chosen, ...rejected],
        trained: [...messages.map(() => false), ...chosen.map(() => true), ...rejected.map(() => false)],
      },
    ]
  },
})
