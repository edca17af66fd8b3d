import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { TracewrightError } from '../errors.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { asFloat, Float } from '../json/number.ts'
import { setOwn } from '../json/own.ts'
import { asNumpyArray, asTuple, OddValue } from '../python/odd-value.ts'
import { bytesRepr } from '../python/text.ts'

/** Not a number: pandas' word for nothing in columns of numbers and of text. It is true, is printed `nan`, and is stored as null. */
export const NAN = new Float(Number.NaN, 'nan') as unknown as Json

type Api = typeof import('@duckdb/node-api')

/** Pandas' word for no point in time. */
const NOT_A_TIME = OddValue.in('NaTType', { seen: null, shown: 'NaT', kept: null })

/**
 * A column of a batch as Data Designer's templates see it: Arrow makes pandas' arrays of it, and JSON of their items. What an item becomes
 * hangs on its neighbours: integers are floats where one of them is null. `hasNone`: texts that are not there are none, as they were before
 * pandas 3, which 0.5.7 does not know.
 */
export function pandasColumn(api: Api, type: DuckDBType, values: readonly DuckDBValue[], hasNone = false): Json[] {
  const { DuckDBTypeId: id } = api
  const hasText = type.typeId === id.VARCHAR || type.typeId === id.UUID || type.typeId === id.ENUM
  const nothing = hasText ? (hasNone ? null : NAN) : isTime(api, type) ? NOT_A_TIME : null
  return arrayOf(api, type, values).map(value => value ?? nothing)
}

function arrayOf(api: Api, type: DuckDBType, values: readonly DuckDBValue[]): Json[] {
  if (isInteger(api, type)) {
    const hasNull = values.includes(null)
    return values.map(value => (hasNull ? (value === null ? NAN : float(Number(value))) : integer(value as number | bigint)))
  }
  if (isFloating(api, type)) return values.map(value => (value === null ? NAN : float(Number(value))))
  if (type instanceof api.DuckDBListType || type instanceof api.DuckDBArrayType) return listsOf(api, type.valueType, values)
  if (type instanceof api.DuckDBMapType) return mapsOf(api, type, values)
  if (type instanceof api.DuckDBStructType) return structsOf(api, type, values)
  return values.map(value => (value === null ? null : scalarOf(api, type, value)))
}

/** All items of all lists are one array. */
function listsOf(api: Api, itemType: DuckDBType, values: readonly DuckDBValue[]): Json[] {
  const lists = values.map(value => (value === null ? null : (value as { items: readonly DuckDBValue[] }).items))
  const items = arrayOf(
    api,
    itemType,
    lists.flatMap(list => list ?? []),
  )
  let at = 0
  return lists.map(list => (list === null ? null : asNumpyArray(items.slice(at, (at += list.length)))))
}

/** A map is a list of pairs. */
function mapsOf(api: Api, type: { keyType: DuckDBType; valueType: DuckDBType }, values: readonly DuckDBValue[]): Json[] {
  const maps = values.map(value =>
    value === null ? null : (value as { entries: readonly { key: DuckDBValue; value: DuckDBValue }[] }).entries,
  )
  const entries = maps.flatMap(map => map ?? [])
  const keys = arrayOf(
    api,
    type.keyType,
    entries.map(({ key }) => key),
  )
  const items = arrayOf(
    api,
    type.valueType,
    entries.map(({ value }) => value),
  ).map(nothingForNan)
  let at = 0
  return maps.map(map => (map === null ? null : map.map(() => asTuple([keys[at]!, items[at++]!]))))
}

/** Each field of all structs is one array; what is not there is null in a struct, whatever its kind. */
function structsOf(
  api: Api,
  type: { entryNames: readonly string[]; entryTypes: readonly DuckDBType[] },
  values: readonly DuckDBValue[],
): Json[] {
  const structs = values.map(value => (value === null ? null : (value as { entries: { readonly [name: string]: DuckDBValue } }).entries))
  const fields = type.entryNames.map((name, i) =>
    arrayOf(
      api,
      type.entryTypes[i]!,
      structs.map(struct => struct?.[name] ?? null),
    ).map(nothingForNan),
  )
  return structs.map((struct, row) => {
    if (struct === null) return null
    const object: JsonObject = {}
    for (const [i, name] of type.entryNames.entries()) setOwn(object, name, fields[i]![row]!)
    return object
  })
}

function scalarOf(api: Api, type: DuckDBType, value: NonNullable<DuckDBValue>): Json {
  const { DuckDBTypeId: id } = api
  switch (type.typeId) {
    case id.BOOLEAN:
      return value as boolean
    case id.DATE:
      return date(String(value))
    case id.TIME:
      return OddValue.in('time', { shown: String(value), kept: String(value) })
    case id.TIMESTAMP:
    case id.TIMESTAMP_S:
    case id.TIMESTAMP_MS:
    case id.TIMESTAMP_NS:
      return timestamp(isoTime(String(value)))
    case id.TIMESTAMP_TZ:
      return timestamp(zoned((value as { micros: bigint }).micros))
    case id.HUGEINT:
    case id.UHUGEINT:
    case id.DECIMAL:
      return decimal(String(value))
    case id.BLOB:
      return blob((value as { bytes: Uint8Array }).bytes)
    case id.VARCHAR:
    case id.UUID:
    case id.ENUM:
      return String(value)
    default:
      throw new TracewrightError('seed', `Cannot read a value of type ${type}: Data Designer has no way to hand it to a template`)
  }
}

function decimal(digits: string): Json {
  return OddValue.in('Decimal', { seen: float(Number(digits)), shown: digits, repr: `Decimal('${digits}')`, kept: digits })
}

function date(iso: string): Json {
  const repr = `datetime.date(${iso.split('-').map(Number).join(', ')})`
  return OddValue.in('date', { seen: iso, shown: iso, repr, kept: iso })
}

function timestamp(iso: string): Json {
  const shown = iso.replace('T', ' ')
  return OddValue.in('Timestamp', { seen: iso, shown, repr: `Timestamp('${shown}')`, kept: iso })
}

function blob(bytes: Uint8Array): Json {
  const seen = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return OddValue.in('bytes', { seen, shown: bytesRepr(bytes), kept: Buffer.from(bytes).toString('base64') })
}

/** Six digits of a second, or nine where they are said; none where it is whole. */
function isoTime(text: string): string {
  const [whole = '', fraction = ''] = text.replace(' ', 'T').split('.')
  return /[1-9]/.test(fraction) ? `${whole}.${fraction.padEnd(/[1-9]/.test(fraction.slice(6)) ? 9 : 6, '0').slice(0, 9)}` : whole
}

function zoned(micros: bigint): string {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const rest = micros - seconds * 1_000_000n
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(6, '0')}`
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction}+00:00`
}

function isInteger({ DuckDBTypeId: id }: Api, { typeId }: DuckDBType): boolean {
  const ids: readonly number[] = [
    id.TINYINT,
    id.SMALLINT,
    id.INTEGER,
    id.BIGINT,
    id.UTINYINT,
    id.USMALLINT,
    id.UINTEGER,
    id.UBIGINT,
    id.SQLNULL,
  ]
  return ids.includes(typeId)
}

function isTime({ DuckDBTypeId: id }: Api, { typeId }: DuckDBType): boolean {
  const ids: readonly number[] = [id.TIMESTAMP, id.TIMESTAMP_S, id.TIMESTAMP_MS, id.TIMESTAMP_NS, id.TIMESTAMP_TZ]
  return ids.includes(typeId)
}

function isFloating({ DuckDBTypeId: id }: Api, { typeId }: DuckDBType): boolean {
  return typeId === id.FLOAT || typeId === id.DOUBLE
}

function integer(value: number | bigint): Json {
  return (Number.isSafeInteger(Number(value)) ? Number(value) : value) as Json
}

function float(value: number): Json {
  if (Number.isNaN(value)) return NAN
  return Number.isFinite(value) ? asFloat(value) : (new Float(value, value > 0 ? 'inf' : '-inf') as unknown as Json)
}

function nothingForNan(value: Json): Json {
  return value === NAN ? null : value
}
