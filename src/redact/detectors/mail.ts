import { defineDetector } from '../detector.ts'
import { isNobodysMail, withoutFileEnding } from '../known-names.ts'

export const mail = defineDetector({
  name: 'mail',
  description: 'Mail addresses, and the names of people that stand before them',
  group: 'personal',
  keywords: [],
  *find(text) {
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      let start = at
      while (start > 0 && at - start < 64 && LOCAL.test(text[start - 1]!)) start--
      // The letter of an escape is none of the name, nor are dots before it.
      if (text[start - 1] === '\\' && /[nrt]/.test(text[start]!)) start++
      while (start < at && /[.+%'-]/.test(text[start]!)) start++
      DOMAIN.lastIndex = at + 1
      const domain = withoutFileEnding(DOMAIN.exec(text)?.[0] ?? '')
      if (
        start === at ||
        domain === '' ||
        (/[:/]/.test(text[start - 1] ?? '') && text.slice(Math.max(0, start - 64), start).includes('://'))
      )
        continue
      const local = text.slice(start, at)
      if (isNobodysMail(local, domain)) continue
      yield* nameBefore(text, start)
      yield { start, end: at + 1 + domain.length, rule: 'mail', stand: 'mail' }
    }
  },
})

const LOCAL = /[A-Za-z0-9._%+\u00c0-\u024f-]/
const DOMAIN = /(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9(=])/y

/** `Author: Some Name <mail>`: the name is the person's, too. */
function* nameBefore(text: string, start: number) {
  const before = text.slice(Math.max(0, start - 80), start)
  const found = /(?:^|[:="'\n(,]|\\n)[ \t]{0,4}((?:[\p{L}\d][\p{L}\d.'_-]{0,30} ?){1,4}) ?(?:<|&lt;|\\u003c)$/u.exec(before)
  const name = found?.[1]?.trimEnd()
  if (found == null || name === undefined || name.length < 2) return
  const from = start - before.length + found.index + found[0].indexOf(name)
  yield { start: from, end: from + name.length, rule: 'person', stand: 'user' as const }
}
