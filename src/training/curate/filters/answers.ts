import { defineFilter } from '../filter.ts'

export const answers = defineFilter({
  name: 'answers',
  description: 'How many answers of the model a row has: `answers:2-100`, `answers:2-`; at least one where nothing is given',
  make(argument) {
    const [, least = '1', most = ''] = /^(\d+)-(\d*)$/.exec(argument ?? '1-') ?? []
    if (argument !== null && !/^\d+-\d*$/.test(argument)) return null
    const upTo = most === '' ? Number.POSITIVE_INFINITY : Number(most)
    return ({ parts }) => {
      const count = new Set(parts.flat().flatMap(({ role, source }) => (role === 'assistant' && source !== null ? [source] : []))).size
      return count >= Number(least) && count <= upTo
    }
  },
})
