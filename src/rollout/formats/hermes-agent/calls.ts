import { readJsonOr, writeJson } from '../../../json/exact.ts'
import { isNumber, isObject, type Json, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import { sourceAt, withoutLayout } from '../../../json/source-text.ts'
import { parsePythonLiteral } from '../../../python/literal.ts'
import { wrapInput } from '../../conversation/blocks.ts'
import type { Entry } from './entry.ts'

/** A call as the model made it; `id` is null where the store has none. */
export type StoredCall = { id: string | null; name: string; args: string; wrapped: boolean }

/** The calls of a message; stores keep them as a list, as JSON text or as Python shows them. Null: there is something else. */
export function callsOf({ record, text }: Entry): StoredCall[] | null {
  const stored = record['tool_calls']
  if (stored === undefined || stored === null || stored === '') return []
  if (typeof stored !== 'string') return listOf(stored, path => (text === null ? null : sourceIn(text(), ['tool_calls', ...path])))
  const value = readJsonOr(stored)
  if (value !== undefined) return listOf(value, path => sourceIn(stored, path))
  const literal = parsePythonLiteral(stored)
  return literal === undefined ? null : listOf(literal, () => null)
}

function sourceIn(text: string | null, path: (string | number)[]): string | null {
  return text === null ? null : sourceAt(text, path)
}

type SourceOf = (path: (string | number)[]) => string | null

function listOf(value: Json, sourceOf: SourceOf): StoredCall[] | null {
  if (!Array.isArray(value)) return null
  return value.flatMap((call, i) => (isObject(call) ? [callOf(call, path => sourceOf([i, ...path]))] : []))
}

function callOf(call: JsonObject, sourceOf: SourceOf): StoredCall {
  const inner = isObject(call['function']) ? call['function'] : call
  const path = inner === call ? ['arguments'] : ['function', 'arguments']
  const id = stringOrNull(call['id']) ?? stringOrNull(call['call_id']) ?? (isNumber(call['id']) ? String(call['id']) : null)
  return { id, name: stringOrNull(inner['name']) ?? '', ...argumentsOf(inner['arguments'] ?? null, () => sourceOf(path)) }
}

function argumentsOf(args: Json, source: () => string | null): { args: string; wrapped: boolean } {
  if (args === null || args === '') return { args: '{}', wrapped: false }
  if (typeof args === 'string') {
    const isText = isObject(parseJson(args))
    return { args: isText ? args : wrapInput(args), wrapped: !isText }
  }
  if (!isObject(args)) return { args: wrapInput(args), wrapped: true }
  return { args: withoutLayout(source() ?? writeJson(args)), wrapped: false }
}
