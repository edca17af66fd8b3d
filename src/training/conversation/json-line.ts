import { entriesInOrder } from '../../json/key-order.ts'
import { Float, type Lossless, parseLossless } from '../../json/lossless.ts'
import { floatRepr } from '../../python/text.ts'

export { JsonText, jsonLine, type Written } from '../../json/written.ts'

/** JSON as Python's `json.dumps(…, ensure_ascii=False)` lays it out, so that templates print text and value alike. */
export function pythonLayout(text: string): string {
  return layout(parseLossless(text))
}

/** Whether a JSON text holds an integer beyond 64 bits, which Arrow cannot read. */
export function hasHugeInteger(text: string): boolean {
  return /\d{19}/.test(text) && isHuge(parseLossless(text))
}

function isHuge(value: Lossless): boolean {
  if (typeof value === 'bigint') return value > 9223372036854775807n || value < -9223372036854775808n
  if (typeof value !== 'object' || value === null || value instanceof Float) return false
  return Object.values(value).some(isHuge)
}

function layout(value: Lossless): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : floatText(value)
  if (value instanceof Float) return floatText(value.value)
  if (Array.isArray(value)) return `[${value.map(layout).join(', ')}]`
  return `{${entriesInOrder(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${layout(item as Lossless)}`)
    .join(', ')}}`
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? floatRepr(value) : value > 0 ? 'Infinity' : '-Infinity'
}
