import { readJson, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { decodeJsonStrings } from '../template/template.ts'
import type { TemplateMode } from './column.ts'

/** A row as templates see it: as it is, or, where Data Designer is followed, with every text that is JSON decoded once. */
export function templateRow(row: Row, mode: TemplateMode): Readonly<Record<string, unknown>> {
  if (mode.values !== 'python') return row
  return decodeJsonStrings(row, mode.profile === 'native' ? 'native' : 'strict') as Record<string, unknown>
}

/** What a template evaluated to as a value of a row: undefined is null, and integers are numbers where JavaScript holds them. */
export function plainValue(value: unknown): Json {
  if (value === undefined) return null
  if (typeof value === 'bigint') return plainInteger(value)
  if (typeof value !== 'object' || value === null) return value as Json
  // Integers that templates reckoned with are numbers again where JavaScript holds them.
  return hasIntegers(value) ? readJson(writeJson(value)) : (value as Json)
}

function plainInteger(value: bigint): Json {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Most values hold none and are given back as they are, the same object. */
function hasIntegers(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  return typeof value === 'object' && value !== null && Object.values(value).some(hasIntegers)
}
