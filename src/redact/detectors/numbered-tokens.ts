import { canBeginAt } from '../boundary.ts'
import { defineDetector } from '../detector.ts'

export const numberedTokens = defineDetector({
  name: 'numbered-tokens',
  description:
    "Tokens that begin with the number of their owner in base 64, whatever stands around them: those of Discord's bots and users",
  group: 'secret',
  keywords: [],
  *find(text) {
    for (const { 0: token, index: start } of text.matchAll(TOKEN)) {
      const owner = Buffer.from(token.slice(0, token.indexOf('.')), 'base64').toString('latin1')
      if (/^\d{17,20}$/.test(owner) && canBeginAt(text, start))
        yield { start, end: start + token.length, rule: 'discord-token', stand: 'secret' }
    }
  },
})

/** The first four letters are those that any three digits begin with. */
const TOKEN = /[MNO][DTjz][AEIMQUYcgk][wxyz0-5][A-Za-z0-9_-]{19,23}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])/g
