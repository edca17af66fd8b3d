import { defineDetector } from '../detector.ts'

export const phones = defineDetector({
  name: 'phones',
  description: 'Telephone numbers with a country code, or in the groups of North America',
  group: 'personal',
  keywords: [],
  *find(text) {
    for (const found of text.matchAll(INTERNATIONAL)) {
      const [value] = found
      const digits = value.replace(/\D/g, '').length
      const isLineOfDiff = found.index === 0 || text[found.index - 1] === '\n'
      // Numbers in one piece are added and counted with as often as called.
      const isInGroups = /\d[ .()-]+\d/.test(value)
      if (digits < 8 || digits > 15 || (!isInGroups && (isLineOfDiff || digits < 11)) || /^\+\d+\.\d+$/.test(value)) continue
      yield { start: found.index, end: found.index + value.length, rule: 'phone', stand: 'phone' }
    }
    for (const found of text.matchAll(NORTH_AMERICA))
      yield { start: found.index, end: found.index + found[0].length, rule: 'phone', stand: 'phone' }
  },
})

const INTERNATIONAL =
  /(?:(?<![\w+.)\]}])|(?<=\u001b\[\d{0,3}m))\+[1-9]\d{0,2}(?:[ .-]?\(\d{1,4}\))?(?:[ .-]?\d{1,5}){2,6}(?![\w(]|\.\d|-\w)/g
const NORTH_AMERICA = /(?<![\w+.-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}(?![\w.-])/g
