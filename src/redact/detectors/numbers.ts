import { isIban, isLuhn } from '../checksums.ts'
import { defineDetector } from '../detector.ts'

export const numbers = defineDetector({
  name: 'numbers',
  description: 'Numbers of cards (Luhn), of accounts (IBAN), of social security where it is named',
  group: 'personal',
  keywords: [],
  *find(text) {
    for (const found of text.matchAll(CARD)) {
      const digits = found[0].replace(/\D/g, '')
      if (
        !isCard(digits) ||
        (found[0] === digits && /(?:#|id|_|=|time|ns|ts)\W{0,3}$/i.test(text.slice(Math.max(0, found.index - 6), found.index)))
      )
        continue
      yield { start: found.index, end: found.index + found[0].length, rule: 'card', stand: 'number' }
    }
    for (const found of text.matchAll(IBAN)) {
      const value = ibanIn(found[0])
      if (value !== null) yield { start: found.index, end: found.index + value, rule: 'iban', stand: 'number' }
    }
    for (const found of text.matchAll(SOCIAL))
      if (/ssn|social/i.test(text.slice(Math.max(0, found.index - 40), found.index)))
        yield { start: found.index, end: found.index + found[0].length, rule: 'social-security', stand: 'number' }
  },
})

const CARD =
  /(?<![\w.-])(?:[3-6]\d{3}(?:[ -]\d{4}){3}|3[47]\d{2}[ -]\d{6}[ -]\d{5}|[3-6]\d{14,15})(?![\w-]|\.\d)|(?<=\\[nrt]|_)[3-6]\d{3}(?:[ -]\d{4}){3}(?![\w-])/g
const IBAN =
  /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])|(?<=\\[nrt])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g
const SOCIAL = /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g

/** Numbers that the makers of cards give for trying out. */
const FOR_TRYING = new Set([
  '4242424242424242',
  '4111111111111111',
  '5555555555554444',
  '378282246310005',
  '4000000000000002',
  '6011111111111117',
])

function isCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || FOR_TRYING.has(digits) || /^(\d)\1+$/.test(digits) || !isLuhn(digits)) return false
  return /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6\d{15})$/.test(digits)
}

/** How long the account number is that a text begins with; spaces may go on into the next word. */
function ibanIn(text: string): number | null {
  const length = LENGTHS[text.slice(0, 2)]
  if (length === undefined) return null
  let letters = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== ' ') letters++
    if (letters === length) return isIban(text.slice(0, i + 1).replaceAll(' ', '')) ? i + 1 : null
  }
  return null
}

const LENGTHS: { readonly [country: string]: number } = Object.assign(Object.create(null), {
  ...{
    AD: 24,
    AE: 23,
    AT: 20,
    BE: 16,
    BG: 22,
    CH: 21,
    CY: 28,
    CZ: 24,
    DE: 22,
    DK: 18,
    EE: 20,
    ES: 24,
    FI: 18,
    FR: 27,
    GB: 22,
    GR: 27,
    HR: 21,
    HU: 28,
    IE: 22,
    IL: 23,
  },
  ...{
    IS: 26,
    IT: 27,
    LI: 21,
    LT: 20,
    LU: 20,
    LV: 21,
    MC: 27,
    MT: 31,
    NL: 18,
    NO: 15,
    PL: 28,
    PT: 25,
    RO: 24,
    RS: 22,
    SA: 24,
    SE: 24,
    SI: 19,
    SK: 24,
    SM: 27,
    TR: 26,
    UA: 29,
  },
})
