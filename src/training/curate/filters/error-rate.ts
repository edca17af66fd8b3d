import { defineFilter } from '../filter.ts'

export const errorRate = defineFilter({
  name: 'error-rate',
  description: 'At most this share of the results are errors: `error-rate:0.2`; 0.5 where no number is given',
  make(argument) {
    const most = argument === null ? 0.5 : Number(argument)
    if (!(most >= 0 && most <= 1) || argument === '') return null
    return ({ parts }) => {
      const results = parts.flat().filter(({ role, source }) => role === 'tool' && source !== null)
      return results.filter(({ isError }) => isError).length <= most * results.length
    }
  },
})
