import { LOOP, repeats } from '../conversation/loops.ts'
import { defineMask } from '../mask.ts'

export const looped = defineMask({
  name: 'looped',
  description: 'The same calls with the same arguments for the third time in a row, and on; words between them end the row',
  isDefault: false,
  *find({ parts }) {
    for (const { message, times } of repeats(parts)) if (times >= LOOP && message.source !== null) yield [message.source, 'loop']
  },
})
