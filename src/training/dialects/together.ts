import { defineDialect } from '../dialect.ts'

export const together = defineDialect({
  name: 'together',
  description: 'Together: users and the model in turns, `weight` by answer, calls and reasoning in the text',
  takes: ['conversations'],
  masks: 'message',
  alternates: true,
  inlinesReasoning: true,
  codecs: ['jsonl'],
  columns: () => ({}),
  rows({ messages }) {
    const written = messages.map(({ role, text, train }) => ({
      role: role === 'tool' ? 'user' : role,
      content: text,
      ...(role === 'assistant' ? { weight: train ? 1 : 0 } : {}),
    }))
    return [{ row: { messages: written }, messages, trained: messages.map(message => message.train) }]
  },
})
