import { floatRepr } from '../../python/text.ts'

/** A number with a fixed count of decimals, halves to even as C and Python round them. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return floatRepr(value)
  const places = Math.min(decimals, 100)
  const padding = '0'.repeat(decimals - places)
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}`
  const rounded = value.toFixed(places)
  // JavaScript rounds exact halves away from zero; they are found by the digits behind being 5000…
  const exact = value.toFixed(Math.min(places + 30, 100))
  const behind = exact.slice(exact.indexOf('.') + 1 + places)
  const sign = Object.is(value, -0) || (value < 0 && !rounded.startsWith('-')) ? '-' : ''
  if (!/^50*$/.test(behind) || places + 1 > 100) return sign + rounded + padding
  const down = exact.slice(0, exact.indexOf('.') + (places === 0 ? 0 : 1 + places))
  return (/[02468]$/.test(down) ? down : sign + rounded) + padding
}

/** A number as mantissa and exponent, with at least two digits of exponent. */
export function scientific(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return floatRepr(value)
  const places = Math.min(decimals, 100)
  let text = value.toExponential(places)
  const exact = value.toExponential(Math.min(places + 30, 100))
  const [mantissa, power] = exact.split('e') as [string, string]
  const behind = mantissa.replace('.', '').slice(places + 1 + (value < 0 ? 1 : 0))
  const down = mantissa.slice(0, mantissa.indexOf('.') + (places === 0 ? 0 : 1 + places))
  if (/^50*$/.test(behind) && /[02468]$/.test(down)) text = `${down}e${power}`
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

/** C's `%g`: the shorter of both, without zeros at the end unless `alternate`. */
export function general(value: number, precision: number, alternate = false): string {
  if (!Number.isFinite(value)) return floatRepr(value)
  const digits = Math.max(1, precision)
  const exponent = value === 0 ? 0 : Number(scientific(value, digits - 1).split('e')[1])
  const isScientific = exponent < -4 || exponent >= digits
  const text = isScientific ? scientific(value, digits - 1) : fixed(value, digits - 1 - exponent)
  if (alternate) return text
  const [mantissa, power] = text.split('e') as [string, string?]
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return power === undefined ? short : `${short}e${power}`
}

/** Digits in groups of three (or four, for `_` in other bases). */
export function grouped(digits: string, separator: string, size = 3): string {
  const [whole, fraction] = digits.split('.') as [string, string?]
  const first = whole.length % size
  const parts = first === 0 ? [] : [whole.slice(0, first)]
  for (let at = first; at < whole.length; at += size) parts.push(whole.slice(at, at + size))
  const groups = parts.join(separator)
  return fraction === undefined ? groups : `${groups}.${fraction}`
}
