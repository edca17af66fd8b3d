import { defineDetector } from '../detector.ts'
import { isPlaceholder, looksDrawn } from '../plausible.ts'

export const headers = defineDetector({
  name: 'headers',
  description: 'What HTTP headers carry: `Authorization`, cookies, keys under names of their own',
  group: 'secret',
  keywords: ['authorization', 'cookie', 'bearer ', 'basic '],
  *find(text, hits) {
    for (const { at, keyword } of hits) {
      if (keyword === 'cookie') yield* cookies(text, at)
      else {
        VALUE.lastIndex = at
        const found = VALUE.exec(text)
        if (found === null) continue
        const [all, whole] = found as unknown as [string, string]
        const isBasic = /basic/i.test(all.slice(0, all.length - whole.length))
        const value = isBasic ? whole.split(/[.:~]/)[0]! : whole
        const start = at + all.length - whole.length
        if (isBasic ? isCredential(value) : looksDrawn(value, 12) || isHex(value))
          yield { start, end: start + value.length, rule: 'authorization', stand: 'secret' }
      }
    }
  },
})

const VALUE =
  /(?:(?:proxy-)?authorization\\{0,4}["']?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,4}["']?)?(?:[A-Za-z][A-Za-z0-9-]{1,20}[ \t]{1,4})?([A-Za-z0-9+/=_.~:-]{8,4096})/iy

/** Name and password in base 64, whatever they are. */
function isCredential(value: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{6,}={0,2}$/.test(value) || isPlaceholder(value)) return false
  const text = Buffer.from(value, 'base64').toString('latin1')
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(text) || looksDrawn(value, 12)
}

function isHex(value: string): boolean {
  return /^[0-9a-f]{24,}$/i.test(value)
}

const PAIR = /[ \t;]{0,4}([A-Za-z0-9_.$%~-]{1,80})=([^\s;,"'\\`<>]{0,4096})/y

function* cookies(text: string, at: number) {
  const start = /^cookies?\\{0,4}["']?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,4}["']?/i.exec(text.slice(at, at + 30))
  if (start === null) return
  PAIR.lastIndex = at + start[0].length
  for (let pair = PAIR.exec(text); pair !== null; pair = PAIR.exec(text)) {
    const [, name = '', value = ''] = pair
    const end = PAIR.lastIndex
    const isNamed = /sess|sid|token|auth|jwt|csrf|xsrf|remember|secret|key|login|user/i.test(name)
    if (!isPlaceholder(value) && (looksDrawn(value, 16) || (isNamed && (looksDrawn(value) || isHex(value)))))
      yield { start: end - value.length, end, rule: 'cookie', stand: 'secret' as const }
    PAIR.lastIndex = end
  }
}
