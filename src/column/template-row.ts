import type { Json } from '../json/json.ts'
import { Float } from '../json/lossless.ts'
import type { Row } from '../row.ts'
import { decodeJsonStrings } from '../template/template.ts'
import type { TemplateMode } from './column.ts'

/** A row as templates see it: as it is, or, where Data Designer is followed, with every text that is JSON decoded once. */
export function templateRow(row: Row, mode: TemplateMode): Readonly<Record<string, unknown>> {
  return mode.values === 'python' ? (decodeJsonStrings(row) as Record<string, unknown>) : row
}

/** What a template evaluated to as a value of a row: undefined is null, and Python's kinds of numbers are one. */
export function plainValue(value: unknown): Json {
  if (value === undefined) return null
  if (value instanceof Float) return value.value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value as Json
  return hasPythonNumbers(value) ? (JSON.parse(JSON.stringify(value, (_, item) => plainNumber(item))) as Json) : (value as Json)
}

function plainNumber(item: unknown): unknown {
  return typeof item === 'bigint' ? Number(item) : item
}

/** Most values hold none and are given back as they are, the same object. */
function hasPythonNumbers(value: unknown): boolean {
  if (typeof value === 'bigint' || value instanceof Float) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPythonNumbers)
}
