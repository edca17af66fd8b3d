import { plainNumber } from '../fields.ts'
import { isObject, type Json } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { Mask } from './mask.ts'

/** A column named as a mask: which one, where in it, and from which score on rows or messages are trained. */
export type ColumnRule = { column: string; path: readonly string[]; least: number | null }

/** `quality`, `quality.helpful.score`, `quality.helpful.score>=4`. */
export function columnRule(text: string): ColumnRule {
  const [, name, least] = /^(.*?)(?:\s*>=\s*(-?\d+(?:\.\d+)?))?$/s.exec(text)!
  const [column, ...path] = name!.split('.')
  return { column: column!, path, least: least === undefined ? null : Number(least) }
}

/**
 * A column of booleans or scores, for the whole row or by message, such as a judge's. Rows or messages that it says no to are not trained:
 * false, or a score below the one that is named; without one, scores go from 0 to 1 and below 0.5 is no. What it does not judge is trained.
 */
export function columnMask(text: string): Mask {
  const { column, path, least } = columnRule(text)
  return {
    name: text,
    description: `Rows or messages that column ${text} says no to`,
    isDefault: false,
    *find({ row, metas }) {
      const value = row[column] ?? null
      for (const i of metas.keys())
        if (saysNo(within(Array.isArray(value) ? (value[i] ?? null) : value, path), least)) yield [i, `column ${text}`]
    },
  }
}

function within(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((inner, key) => (isObject(inner) ? (ownValue(inner, key) ?? null) : null), value)
}

function saysNo(value: Json, least: number | null): boolean {
  if (typeof value === 'boolean') return !value
  const score = plainNumber(typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value)
  return score !== null && score < (least ?? 0.5)
}
