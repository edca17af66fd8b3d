import { defineFilter } from '../filter.ts'
import { numberRange } from '../number-range.ts'

export const length = defineFilter({
  name: 'length',
  description:
    'How many characters the model wrote in a row, its calls included: `length:500-200000`, `length:500-`; at least one where nothing is given',
  make(argument) {
    const isWanted = numberRange(argument ?? '1-')
    if (isWanted === null) return null
    return ({ parts }) => {
      const written = new Map<number, number>()
      for (const { role, source, text, reasoning, calls } of parts.flat())
        if (role === 'assistant' && source !== null)
          written.set(source, text.length + (reasoning?.length ?? 0) + calls.reduce((sum, call) => sum + call.arguments.length, 0))
      return isWanted([...written.values()].reduce((sum, one) => sum + one, 0))
    }
  },
})
