import { defineFilter } from '../filter.ts'

export const noLoop = defineFilter({
  name: 'no-loop',
  description: 'The same calls with the same arguments stand less than three times in a row; `no-loop:5` less than five',
  make(argument) {
    const most = argument === null ? 3 : Number(argument)
    if (!Number.isInteger(most) || most < 2) return null
    return ({ parts }) => {
      let last = ''
      let times = 0
      for (const { role, calls } of parts.flat()) {
        if (role !== 'assistant' || calls.length === 0) continue
        const said = JSON.stringify(calls.map(call => [call.name, call.arguments]))
        times = said === last ? times + 1 : 1
        last = said
        if (times >= most) return false
      }
      return true
    }
  },
})
