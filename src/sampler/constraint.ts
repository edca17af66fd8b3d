import { choiceAt, type Fields, plainNumber, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { asFloat } from '../json/number.ts'

/** How the two sides of a constraint stand to each other. */
export type InequalityOperator = (typeof OPERATORS)[number]

/** How values are compared, as configs write it. */
const OPERATORS = ['lt', 'le', 'gt', 'ge'] as const

/** What the draws of a sampler column must be: they are drawn again until they are. */
export interface SamplerConstraint {
  /** What is compared with: a number, or another column. */
  readonly constraintType: 'scalar_inequality' | 'column_inequality'
  /** The sampler column whose draws are held to it. */
  readonly targetColumn: string
  /** The column it compares with; null where that is a number. */
  readonly otherColumn: string | null
  /** Whether a draw will do. `row` holds the other column. */
  holds(value: Json, row: { readonly [column: string]: Json }): boolean
  /** The constraint in Data Designer's schema. */
  toJSON(): JsonObject
}

/** Draws of a column are less or more than a number. */
export class ScalarInequalityConstraint implements SamplerConstraint {
  readonly constraintType = 'scalar_inequality'
  /** The sampler column whose draws are held to it. */
  readonly targetColumn: string
  /** The number on the right-hand side. */
  readonly rhs: number
  /** Less, less or equal, greater, greater or equal. */
  readonly operator: InequalityOperator
  readonly otherColumn = null

  constructor(options: Pick<ScalarInequalityConstraint, 'targetColumn' | 'rhs' | 'operator'>) {
    refuseUnknownOptions(options, ['target_column', 'rhs', 'operator'], 'ScalarInequalityConstraint')
    this.targetColumn = options.targetColumn
    this.rhs = options.rhs
    this.operator = options.operator
  }

  holds(value: Json): boolean {
    const number = plainNumber(value)
    return number !== null && compare(number, this.operator, this.rhs)
  }

  /** The constraint in Data Designer's schema. */
  toJSON(): JsonObject {
    return { constraint_type: this.constraintType, operator: this.operator, rhs: asFloat(this.rhs), target_column: this.targetColumn }
  }
}

/** Draws of a column are less or more than those of another. */
export class ColumnInequalityConstraint implements SamplerConstraint {
  readonly constraintType = 'column_inequality'
  /** The sampler column whose draws are held to it. */
  readonly targetColumn: string
  /** The column on the right-hand side. */
  readonly rhs: string
  /** Less, less or equal, greater, greater or equal. */
  readonly operator: InequalityOperator

  constructor(options: Pick<ColumnInequalityConstraint, 'targetColumn' | 'rhs' | 'operator'>) {
    refuseUnknownOptions(options, ['target_column', 'rhs', 'operator'], 'ColumnInequalityConstraint')
    this.targetColumn = options.targetColumn
    this.rhs = options.rhs
    this.operator = options.operator
  }

  get otherColumn(): string {
    return this.rhs
  }

  holds(value: Json, row: { readonly [column: string]: Json }): boolean {
    const other = row[this.rhs] ?? null
    const [a, b] = [plainNumber(value), plainNumber(other)]
    if (a !== null && b !== null) return compare(a, this.operator, b)
    return typeof value === 'string' && typeof other === 'string' && compare(value, this.operator, other)
  }

  /** The constraint in Data Designer's schema. */
  toJSON(): JsonObject {
    return { constraint_type: this.constraintType, operator: this.operator, rhs: this.rhs, target_column: this.targetColumn }
  }
}

/** Keys of a constraint. */
export const CONSTRAINT_FIELDS: Fields = {
  constraint_type: ['`scalar_inequality` or `column_inequality`', 'by `rhs`', 'whether it compares with a number or with another column'],
  target_column: ['text', '', 'the sampler column whose draws are held to it'],
  operator: ['`lt`, `le`, `gt` or `ge`', '', 'less, less or equal, greater, greater or equal'],
  rhs: ['number or text', '', 'the number, or the name of the other column'],
}

/** Read a constraint of a config. Older ones do not say their type: it follows from what they compare with. */
export function constraintFromJSON(json: JsonObject, where: string): SamplerConstraint {
  refuseUnknownKeys(json, CONSTRAINT_FIELDS, where)
  const targetColumn = requiredStringAt(json, 'target_column', where)
  const type = choiceAt(json, 'constraint_type', where, ['scalar_inequality', 'column_inequality'])
  const operator = choiceAt(json, 'operator', where, OPERATORS)
  if (operator === null) refuse(`operator: found nothing, expected one of ${OPERATORS.join(', ')}`, where)
  const { rhs = null } = json
  const number = plainNumber(rhs) ?? (type === 'scalar_inequality' && typeof rhs === 'string' ? numberIn(rhs) : null)
  if (number !== null && type !== 'column_inequality')
    return new ScalarInequalityConstraint({ targetColumn, rhs: number, operator: operator ?? 'lt' })
  if (typeof rhs === 'string' && type !== 'scalar_inequality')
    return new ColumnInequalityConstraint({ targetColumn, rhs, operator: operator ?? 'lt' })
  const expected = type === null ? 'a number or a column' : type === 'scalar_inequality' ? 'a number' : 'a column'
  refuse(`rhs: found ${rhs === null ? 'nothing' : writeJson(rhs)}, expected ${expected}`, where)
  return new ScalarInequalityConstraint({ targetColumn, rhs: 0, operator: operator ?? 'lt' })
}

function numberIn(text: string): number | null {
  return text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text)
}

function compare<T extends number | string>(a: T, operator: InequalityOperator, b: T): boolean {
  return operator === 'lt' ? a < b : operator === 'le' ? a <= b : operator === 'gt' ? a > b : a >= b
}
