import { defineFilter } from '../filter.ts'
import { numberRange } from '../number-range.ts'

export const answers = defineFilter({
  name: 'answers',
  description: 'How many answers of the model a row has: `answers:2-100`, `answers:2-`; at least one where nothing is given',
  make(argument) {
    const isWanted = numberRange(argument ?? '1-')
    if (isWanted === null) return null
    return ({ parts }) =>
      isWanted(new Set(parts.flat().flatMap(({ role, source }) => (role === 'assistant' && source !== null ? [source] : []))).size)
  },
})
