import { LOOP, repeats } from '../../conversation/loops.ts'
import { defineFilter } from '../filter.ts'

export const noLoop = defineFilter({
  name: 'no-loop',
  description:
    'The same calls with the same arguments stand less than three times in a row, as the mask `looped` counts them; `no-loop:5` less than five',
  make(argument) {
    const most = argument === null ? LOOP : Number(argument)
    if (!Number.isInteger(most) || most < 2) return null
    return ({ parts }) => [...repeats(parts)].every(({ times }) => times < most)
  },
})
