import { named, quoted } from '../codec/duckdb.ts'
import { TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json/json.ts'
import { countFrom, isCount } from '../whole-number.ts'

/** A value to compare with. */
export type Scalar = string | number | boolean | null

/** What one column has to be. A value alone means equal. */
export type Condition =
  | Scalar
  | {
      /** Equal to. */
      eq?: Scalar
      /** Not equal to. */
      ne?: Scalar
      /** Greater than. */
      gt?: string | number
      /** Greater than or equal to. */
      gte?: string | number
      /** Less than. */
      lt?: string | number
      /** Less than or equal to. */
      lte?: string | number
      /** One of these. */
      in?: readonly Scalar[]
      /** % is any text, _ any character. */
      like?: string
      /** Of a text: has it inside; of a list: has it as an element. */
      contains?: string
    }

/** What rows have to be: every column named, and what `and`, `or` and `not` say. A column inside a struct is named with dots. */
export type Predicate = { [column: string]: Condition | readonly Predicate[] | Predicate }

/** A condition on rows: SQL, or a predicate. */
export type Where = string | Predicate

/** How rows are ordered: columns, those to be descending with a `-` before. */
export type OrderBy = string | readonly string[]

const OPERATORS: { [name: string]: string } = { gt: '>', gte: '>=', lt: '<', lte: '<=', like: 'LIKE' }

/** A condition as SQL. Values of a predicate are quoted; SQL is taken as it is. */
export function whereSql(where: Where): string {
  if (typeof where === 'string') return `(${where})`
  const parts = Object.entries(where).map(([key, condition]) => {
    if (key === 'and' || key === 'or') {
      if (!Array.isArray(condition))
        throw new TracewrightError('usage', `Cannot filter: found no list under '${key}', expected a list of predicates`)
      const inner = (condition as readonly Predicate[]).map(whereSql)
      return inner.length === 0 ? (key === 'and' ? 'true' : 'false') : `(${inner.join(` ${key.toUpperCase()} `)})`
    }
    if (key === 'not') return `NOT ${whereSql(condition as Predicate)}`
    return conditionSql(columnSql(key), key, condition as Condition)
  })
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

/** An order as SQL. */
export function orderSql(order: OrderBy): string {
  const columns = typeof order === 'string' ? [order] : order
  return columns.map(column => (column.startsWith('-') ? `${columnSql(column.slice(1))} DESC` : columnSql(column))).join(', ')
}

/** Which rows of a result, as SQL. Throws for numbers that are none. */
export function boundsSql(limit: number | undefined, offset = 0): string {
  for (const [name, value] of Object.entries({ limit: limit ?? 0, offset }))
    if (!isCount(value, 0)) throw new TracewrightError('usage', `Cannot read rows: found ${name} ${value}, expected ${countFrom(0)}`)
  return `${limit === undefined ? '' : `LIMIT ${limit} `}OFFSET ${offset}`
}

/** A column as SQL; dots lead into structs. */
export function columnSql(column: string): string {
  return column.split('.').map(named).join('.')
}

function conditionSql(column: string, name: string, condition: Condition): string {
  if (!isObject(condition)) return equalSql(column, condition as Scalar)
  const parts = Object.entries(condition).map(([operator, value]) => {
    if (operator === 'eq') return equalSql(column, value as Scalar)
    if (operator === 'ne') return `${column} IS DISTINCT FROM ${valueSql(value as Scalar)}`
    if (operator === 'contains') return `contains(${column}, ${valueSql(value as Scalar)})`
    if (operator === 'in') {
      const values = value as unknown as readonly Scalar[]
      return values.length === 0 ? 'false' : `${column} IN (${values.map(valueSql).join(', ')})`
    }
    if (Object.hasOwn(OPERATORS, operator)) return `${column} ${OPERATORS[operator]} ${valueSql(value as Scalar)}`
    const known = ['eq', 'ne', 'in', 'contains', ...Object.keys(OPERATORS)].join(', ')
    throw new TracewrightError('usage', `Cannot filter by ${name}: found operator '${operator}', expected one of ${known}`)
  })
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

function equalSql(column: string, value: Scalar): string {
  return value === null ? `${column} IS NULL` : `${column} = ${valueSql(value)}`
}

function valueSql(value: Json): string {
  if (value === null) return 'NULL'
  return typeof value === 'string' ? quoted(value) : String(value)
}
