import { defineFilter } from '../filter.ts'

export const length = defineFilter({
  name: 'length',
  description:
    'How many characters the model wrote in a row, its calls included: `length:500-200000`, `length:500-`; at least one where nothing is given',
  make(argument) {
    if (argument !== null && !/^\d+-\d*$/.test(argument)) return null
    const [least, most] = (argument ?? '1-').split('-')
    return ({ parts }) => {
      const written = new Map<number, number>()
      for (const { role, source, text, reasoning, calls } of parts.flat())
        if (role === 'assistant' && source !== null)
          written.set(source, text.length + (reasoning?.length ?? 0) + calls.reduce((sum, call) => sum + call.arguments.length, 0))
      const count = [...written.values()].reduce((sum, one) => sum + one, 0)
      return count >= Number(least) && (most === '' || count <= Number(most))
    }
  },
})
