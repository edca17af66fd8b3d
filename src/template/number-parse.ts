import { strip } from '../python/white-space.ts'
import { Failure } from './error.ts'
import { integer } from './values.ts'

/** No int that Python reads is longer, with a sign, a prefix and an underscore behind each digit. */
const MAX_LENGTH = 2 * 4300 + 3

const PREFIXES: Record<string, number> = { '0b': 2, '0o': 8, '0x': 16 }

/** Python's `int(text, base)`, or null where the text is no int. */
export function parseInteger(text: string, base: number): number | bigint | null {
  if (text.length > MAX_LENGTH && strip(text, null).length > MAX_LENGTH) return null
  const found = /^([-+]?)(0[box](?=_?[\da-z]))?_?([\da-z]+(?:_[\da-z]+)*)$/i.exec(strip(text, null))
  if (found === null) return null
  const [, sign, prefix, grouped] = found as unknown as [string, string, string | undefined, string]
  const prefixBase = prefix === undefined ? null : PREFIXES[prefix.toLowerCase()]!
  const isPrefix = prefixBase !== null && (base === 0 || base === prefixBase)
  const digits = ((isPrefix ? '' : (prefix ?? '')) + grouped).replaceAll('_', '').toLowerCase()
  const inBase = base === 0 ? (prefixBase ?? 10) : base
  if (inBase < 2 || inBase > 36) throw new Failure('argument', 'int() base must be >= 2 and <= 36, or 0')
  if (digits.length > 4300) return null
  let value = 0n
  for (const c of digits) {
    const digit = Number.parseInt(c, 36)
    if (!(digit < inBase)) return null
    value = value * BigInt(inBase) + BigInt(digit)
  }
  return integer(sign === '-' ? -value : value)
}

/** Python's `float(text)`, or null where the text is no number. */
export function parseFloatText(text: string): number | null {
  const trimmed = strip(text, null)
  if (/^[-+]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[-+]?\d+(_\d+)*)?$/i.test(trimmed)) return Number(trimmed.replaceAll('_', ''))
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (word === null) return null
  if (word[2]!.toLowerCase() === 'nan') return Number.NaN
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
