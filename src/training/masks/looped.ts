import { defineMask } from '../mask.ts'

/** So many times in a row the same call is no accident. */
const REPEATS = 3

export const looped = defineMask({
  name: 'looped',
  description: 'The same calls with the same arguments for the third time in a row, and on',
  isDefault: false,
  *find({ parts }) {
    for (const part of parts) {
      let last = ''
      let times = 0
      for (const { role, calls, source } of part) {
        if (role !== 'assistant') continue
        const now = JSON.stringify(calls.map(call => [call.name, call.arguments]))
        times = calls.length > 0 && now === last ? times + 1 : 1
        last = calls.length > 0 ? now : ''
        if (times >= REPEATS && source !== null) yield [source, 'loop']
      }
    }
  },
})
