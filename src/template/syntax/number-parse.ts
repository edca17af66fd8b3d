import { numberText } from '../../python/float.ts'
import { Failure } from '../error.ts'
import { integer } from '../values/values.ts'

/** Python's `int(text, base)`, or null where the text is no int. */
export function parseInteger(text: string, base: number): number | bigint | null {
  const plain = numberText(text)
  if (plain.length > MAX_LENGTH) return null
  const found = /^([-+]?)(?:(0[box])_?(?=[\da-z]))?([\da-z]+(?:_[\da-z]+)*)$/i.exec(plain)
  if (found === null) return null
  const [, sign, prefix, grouped] = found as unknown as [string, string, string | undefined, string]
  const prefixBase = prefix === undefined ? null : PREFIXES[prefix.toLowerCase()]!
  const isPrefix = prefixBase !== null && (base === 0 || base === prefixBase)
  const digits = ((isPrefix ? '' : (prefix ?? '')) + grouped).replaceAll('_', '').toLowerCase()
  const inBase = base === 0 ? (prefixBase ?? 10) : base
  if (inBase < 2 || inBase > 36) throw new Failure('argument', 'int() base must be >= 2 and <= 36, or 0')
  if (digits.length > 4300) return null
  // In base 0 a zero in front would be C's way to write octal, which is none of Python's.
  if (base === 0 && !isPrefix && /^0+[^0]/.test(digits)) return null
  let value = 0n
  for (const c of digits) {
    const digit = Number.parseInt(c, 36)
    if (!(digit < inBase)) return null
    value = value * BigInt(inBase) + BigInt(digit)
  }
  return integer(sign === '-' ? -value : value)
}

/** No int that Python reads is longer, with a sign, a prefix and an underscore behind each digit. */
const MAX_LENGTH = 2 * 4300 + 3

const PREFIXES: Record<string, number> = { '0b': 2, '0o': 8, '0x': 16 }
