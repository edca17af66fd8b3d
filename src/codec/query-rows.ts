import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBListVector,
  DuckDBPreparedStatement,
  DuckDBType,
  DuckDBVarCharVector,
  DuckDBVector,
} from '@duckdb/node-api'
import { readJsonOr } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { setOwn } from '../json/own.ts'
import type { Row } from '../row.ts'
import type { StoreType, StoreTypes } from '../store-type.ts'
import { named } from './duckdb.ts'
import { isJsonText, ResultShapes } from './result-shapes.ts'
import { decodeRow } from './store-value.ts'

/**
 * Rows of a query, each made when it is asked for. The engine's values are taken as they are: as JSON text, a row group would be held
 * several times over, outside the engine's limit. What has no plain JSON form comes as the engine's JSON. Values come as they were before
 * they were stored. `skip` passes over rows without making them.
 */
export class QueryRows {
  private readonly api: Api
  private readonly connection: DuckDBConnection
  private readonly result: Awaited<ReturnType<DuckDBConnection['stream']>>
  private readonly columns: readonly string[]
  private readonly asText: ReadonlySet<string>
  private readonly shapes: StoreTypes
  private chunk: DuckDBDataChunk | null = null
  private at = 0
  private cells: ReadCell[] | null = null
  private characters = 0

  private constructor(api: Api, connection: DuckDBConnection, result: QueryRows['result'], asText: ReadonlySet<string>, types: StoreTypes) {
    this.api = api
    this.connection = connection
    this.result = result
    this.columns = result.deduplicatedColumnNames()
    this.asText = asText
    const shapes = new ResultShapes(api, types)
    const shapeOf = (column: string, i: number): StoreType => (asText.has(column) ? 'text' : shapes.of(column, result.columnType(i)))
    this.shapes = Object.fromEntries(this.columns.map((column, i) => [column, shapeOf(column, i)]))
  }

  /** Run a SELECT over a connection of its own, which ends with it. `types`: of the columns it selects from. */
  static async open(connection: DuckDBConnection, select: string, types: StoreTypes = {}): Promise<QueryRows> {
    try {
      const api = await import('@duckdb/node-api')
      const plain = await connection.prepare(`SELECT * FROM (${select}\n) result`)
      const asText = new Set<string>()
      for (let i = 0; i < plain.columnCount; i++) if (!isPlain(api, plain.columnType(i))) asText.add(plain.columnName(i))
      const replaced = [...asText].map(column => `${asJson(plain, column)} AS ${named(column)}`)
      const prepared =
        asText.size === 0 ? plain : await connection.prepare(`SELECT * REPLACE (${replaced.join(', ')}) FROM (${select}\n) result`)
      return new QueryRows(api, connection, await prepared.stream(), asText, types)
    } catch (error) {
      connection.closeSync()
      throw error
    }
  }

  /** The next row; null behind the last. */
  async next(): Promise<Row | null> {
    if (!(await this.skip(0))) return null
    if (this.cells === null || this.characters > KEPT_CHARACTERS) {
      this.characters = 0
      this.chunk = new this.api.DuckDBDataChunk(this.chunk!.chunk)
      this.cells = this.columns.map((column, i) => {
        const cell = this.cellsOf(this.chunk!.getColumnVector(i))
        return this.asText.has(column) ? row => readJsonOr(String(cell(row))) ?? null : cell
      })
    }
    const row: Row = {}
    for (let i = 0; i < this.columns.length; i++) setOwn(row, this.columns[i]!, this.cells[i]!(this.at))
    this.at++
    return decodeRow(row, this.shapes)
  }

  /** Pass over rows; whether one is left behind them. */
  async skip(rows: number): Promise<boolean> {
    this.at += rows
    while (this.chunk === null || this.at >= this.chunk.rowCount) {
      if (this.chunk !== null) this.at -= this.chunk.rowCount
      this.drop()
      this.chunk = await this.result.fetchChunk()
      if (this.chunk === null || this.chunk.rowCount === 0) return false
    }
    return true
  }

  /** Let go of the query, wherever it stands. */
  [Symbol.dispose](): void {
    this.drop()
    this.connection.closeSync()
  }

  /** Give the memory of a chunk back now: to the garbage collector it looks small, and many of them would wait for it. */
  private drop(): void {
    this.cells = null
    this.chunk?.reset()
    this.chunk = null
  }

  private cellsOf(vector: DuckDBVector): ReadCell {
    const { api } = this
    if (vector instanceof api.DuckDBListVector) {
      const item = this.cellsOf(vector.childVector)
      const isValid = validityOf(vector)
      return row => {
        if (!isValid(row)) return null
        const first = vector.getEntryOffset(row)
        const items = new Array<Json>(vector.getEntryLength(row))
        for (let i = 0; i < items.length; i++) items[i] = item(first + i)
        return items
      }
    }
    if (vector instanceof api.DuckDBStructVector) {
      const keys = vector.type.entryNames
      const items = keys.map((_, i) => this.cellsOf(vector.entryVectorAt(i)))
      return row => {
        if (!vector.isItemValid(row)) return null
        const object: JsonObject = {}
        for (let i = 0; i < keys.length; i++) setOwn(object, keys[i]!, items[i]!(row))
        return object
      }
    }
    if (vector instanceof api.DuckDBVarCharVector) {
      const hasMark = marksOf(vector)
      return row => {
        const text = vector.getItem(row)
        if (text === null) return null
        this.characters += text.length
        return hasMark(row) ? `\uFEFF${text}` : text
      }
    }
    return row => {
      const value = vector.getItem(row) as number | bigint | boolean | null
      if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
      return typeof value === 'number' && Number.isNaN(value) ? null : value
    }
  }
}

type Api = typeof import('@duckdb/node-api')

/** The value of a column in a row of a chunk. */
type ReadCell = (row: number) => Json

/** Texts are kept by the chunk they came from: after so many characters it is looked at afresh. */
const KEPT_CHARACTERS = 1 << 23

/** EF BB BF, the bytes of U+FEFF. */
const BYTE_ORDER_MARK = 0xbfbbef

/** Which lists are there; the vector does not say it without cutting out what is in them. */
function validityOf(vector: DuckDBListVector): (row: number) => boolean {
  const validity = vector['validity']
  return row => validity.itemValid(row)
}

/** Which texts begin with a byte order mark: it is lost when bytes become text. The first four bytes stand behind the length. */
function marksOf(vector: DuckDBVarCharVector): (row: number) => boolean {
  const view = vector['dataView']
  return row => (view.getUint32(row * 16 + 4, true) & 0xffffff) === BYTE_ORDER_MARK && view.getUint32(row * 16, true) >= 3
}

/** A column as JSON text; points in time as rows write them. */
function asJson(query: DuckDBPreparedStatement, column: string): string {
  const at = Array.from({ length: query.columnCount }, (_, i) => i).find(i => query.columnName(i) === column)!
  if (String(query.columnType(at)) !== 'TIMESTAMP WITH TIME ZONE') return `to_json(${named(column)})::VARCHAR`
  const [seconds, micro] = [`strftime(${named(column)}, '%Y-%m-%dT%H:%M:%S')`, `strftime(${named(column)}, '%f')`]
  return `to_json(${seconds} || '.' || CASE WHEN ends_with(${micro}, '000') THEN left(${micro}, 3) ELSE ${micro} END || 'Z')::VARCHAR`
}

/** Whether values of a type are JSON as they are. */
function isPlain(api: Api, type: DuckDBType): boolean {
  if (type.alias !== undefined) return isJsonText(api, type)
  if (type instanceof api.DuckDBListType) return isPlain(api, type.valueType)
  if (type instanceof api.DuckDBStructType) return type.entryTypes.every(entry => isPlain(api, entry))
  const { VARCHAR, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, UBIGINT, HUGEINT } = api.DuckDBTypeId
  const plain: number[] = [VARCHAR, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, UBIGINT, HUGEINT]
  return plain.includes(type.typeId) || type.typeId === api.DuckDBTypeId.DOUBLE
}
