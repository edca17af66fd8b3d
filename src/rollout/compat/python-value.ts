import { Float, type Lossless } from '../../json/lossless.ts'
import { pythonRepr, pythonStr } from '../../python/text.ts'
import { DataDesignerParseError } from './parse-error.ts'

/** A value as `dict.get` gives it: undefined where there is no such key, which Python takes for None. */
export type PythonValue = Lossless | undefined

/** A JSON object as Python has it. */
export type PythonDict = { [key: string]: Lossless }

/** Whether Python would have made a dict of it. A float is an object to us and none to Python. */
export function isDict(value: PythonValue): value is PythonDict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float)
}

/** Whether it is there and not None. */
export function isGiven(value: PythonValue): boolean {
  return value !== null && value !== undefined
}

/** Python's truth: NaN is true, empty lists and dicts are not. */
export function isTruthy(value: PythonValue): boolean {
  if (value instanceof Float) return value.value !== 0
  if (Array.isArray(value)) return value.length > 0
  if (isDict(value)) return Object.keys(value).length > 0
  return Number.isNaN(value) || Boolean(value)
}

/** `type(value).__name__`. */
export function typeName(value: PythonValue): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'int'
  if (typeof value === 'number' || value instanceof Float) return 'float'
  return Array.isArray(value) ? 'list' : 'dict'
}

/** `str(value)`, or null for None. */
export function optionalText(value: PythonValue): string | null {
  return value === null || value === undefined ? null : pythonStr(value)
}

/** The value, which must be a string and not empty, or the file is malformed. */
export function requiredText(value: PythonValue, what: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new DataDesignerParseError(`Expected non-empty string for ${what}, got ${pythonRepr(value)}`)
}
