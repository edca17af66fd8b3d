import { TracewrightError } from '../../errors.ts'
import { plainNumber } from '../../fields.ts'
import { isObject, type Json } from '../../json/json.ts'
import { ownValue } from '../../json/own.ts'
import { didYouMean } from '../../nearest.ts'
import type { Row } from '../../row.ts'
import { OUTCOME_COLUMNS, outcomeColumn, outcomeScore } from './outcome-columns.ts'
import type { Signals } from './signals.ts'

/** What is asked of a column: `quality`, `quality.helpful.score>=4`, `tests_passed`, `status = failed`. */
export type Condition = { text: string; column: string; path: readonly string[]; compare: Comparison | null }

type Comparison = { operator: string; value: string | number | boolean }

/** What conditions may name: columns of the rows, null where nobody knows them yet, and those of the repository where there is one. */
export type ConditionScope = { columns: ReadonlySet<string> | null; hasGit: boolean }

/** The condition that a text says. */
export function conditionOf(text: string): Condition {
  const [, name, operator, value] = /^(.*?)(?:\s*(>=|<=|!=|==?|>|<)\s*([^<>=!]+))?$/s.exec(text)!
  const [column, ...path] = name!.trim().split('.')
  return { text, column: column!, path, compare: operator === undefined ? null : { operator, value: literal(value!.trim()) } }
}

/** Throws where a condition names a column there is not. `what`: what it was to do. `names`: what else could be meant. */
export function checkCondition(
  { column, text }: Condition,
  what: string,
  { columns, hasGit }: ConditionScope,
  names: readonly string[],
): void {
  if (columns?.has(column)) return
  const outcome = outcomeColumn(column)
  if (outcome?.needsGit && !hasGit)
    throw new TracewrightError('usage', `Cannot ${what} by '${text}' without a repository`, { hint: 'Name it: --git DIR (git)' })
  if (outcome !== null || columns === null) return
  const known = [...names, ...columns, ...Object.keys(OUTCOME_COLUMNS)]
  throw new TracewrightError('usage', `Cannot ${what} by '${text}': there is no such ${what} or column`, {
    hint: didYouMean(text, known, didYouMean(column, known, `Expected ${names.join(', ')}, a column or an outcome`)),
  })
}

/**
 * What a condition says of a row, or of one of its messages where the column is a list; null where the column says nothing. A column of the
 * row goes before an outcome of the same name.
 */
export function verdictOf(condition: Condition, row: Row, signals: Signals, message: number | null = null): boolean | null {
  const { column, path, compare } = condition
  const outcome = Object.hasOwn(row, column) ? null : outcomeColumn(column)
  if (outcome !== null && compare === null) {
    const score = outcomeScore(outcome, signals)
    return score === null ? null : score >= ENOUGH
  }
  const whole = outcome === null ? (ownValue(row, column) ?? null) : (signals[outcome.name]?.value ?? null)
  const value = message !== null && Array.isArray(whole) ? (whole[message] ?? null) : whole
  return saidBy(within(value, path), compare)
}

/** The number that a column gives a row: a score as it is, yes as 1, no as 0; null where it gives none. */
export function scoreIn({ column, path }: Condition, row: Row): number | null {
  const value = within(ownValue(row, column) ?? null, path)
  return typeof value === 'boolean' ? Number(value) : numberIn(value)
}

/** From here on a score from 0 to 1 says yes. */
export const ENOUGH = 0.5

function saidBy(value: Json, compare: Comparison | null): boolean | null {
  if (value === null) return null
  if (compare === null) {
    if (typeof value === 'boolean') return value
    const score = numberIn(value)
    return score === null ? null : score >= ENOUGH
  }
  const wanted = compare.value
  if (typeof wanted === 'number') {
    const found = numberIn(value)
    return found === null ? null : holds(found, compare.operator, wanted)
  }
  if (typeof value !== typeof wanted) return null
  return holds(value as string | boolean, compare.operator, wanted)
}

function holds<T extends string | number | boolean>(found: T, operator: string, wanted: T): boolean {
  if (operator === '=' || operator === '==') return found === wanted
  if (operator === '!=') return found !== wanted
  if (operator === '>=') return found >= wanted
  if (operator === '<=') return found <= wanted
  return operator === '>' ? found > wanted : found < wanted
}

function within(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((inner, key) => (isObject(inner) ? (ownValue(inner, key) ?? null) : null), value)
}

const NUMBER = /^-?\d+(?:\.\d+)?$/

function numberIn(value: Json): number | null {
  return plainNumber(typeof value === 'string' && NUMBER.test(value) ? Number(value) : value)
}

function literal(text: string): string | number | boolean {
  if (NUMBER.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return text.replace(/^(['"])(.*)\1$/s, '$2')
}
