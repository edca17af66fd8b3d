import { defineFilter } from '../filter.ts'

export const endsOnAnswer = defineFilter({
  name: 'ends-on-answer',
  description: 'The last message is the model’s, in words and without a call that nothing answers',
  make: argument =>
    argument !== null
      ? null
      : ({ parts }) => {
          const last = parts.at(-1)?.at(-1)
          return last?.role === 'assistant' && last.calls.length === 0 && last.text.trim() !== ''
        },
})
