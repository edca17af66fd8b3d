import { crc32 } from 'node:zlib'

/** Whether digits are a card number: the last one is the check of the others (Luhn). */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const value = (digits.charCodeAt(i) - 48) * (double ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** Whether the letters and digits of an account number leave 1 when divided by 97 (ISO 13616). */
export function isIban(text: string): boolean {
  let rest = 0
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(letter, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** Whether the last six letters of a token are the CRC-32 of those before, in base 62, as GitHub and npm make them. */
export function endsOnCrc(token: string, prefix: string): boolean {
  const body = token.slice(prefix.length, -6)
  let sum = crc32(body)
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = BASE62[sum % 62] + text
    sum = Math.floor(sum / 62)
  }
  return token.endsWith(text)
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
