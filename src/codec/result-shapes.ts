import type { DuckDBType } from '@duckdb/node-api'
import type { StoreType, StoreTypes } from '../store-type.ts'

/**
 * What values of a result were before they were stored, told by the types the engine gives the result and by no name of a column: JSON
 * text has a type of its own, and a struct with the keys and types of a stored one is such a one, wherever a query put it.
 */
export class ResultShapes {
  private readonly api: Api
  private readonly known: StoreTypes
  private readonly structs = new Map<string, StoreType>()

  /** `known`: types of the columns the result was made of. */
  constructor(api: Api, known: StoreTypes) {
    this.api = api
    this.known = known
    for (const type of Object.values(known)) this.note(type)
  }

  /** The stored type that values of a column have. */
  of(column: string, type: DuckDBType): StoreType {
    const known = Object.hasOwn(this.known, column) ? this.known[column] : undefined
    // Files in which JSON text has no type of its own say so by their columns.
    if (known !== undefined && printOf(known) === this.print(type)) return known
    return this.shape(type)
  }

  private shape(type: DuckDBType): StoreType {
    const { api } = this
    if (type instanceof api.DuckDBListType) return { list: this.shape(type.valueType) }
    if (type instanceof api.DuckDBStructType) {
      const stored = this.structs.get(this.print(type))
      if (stored !== undefined) return stored
      const { entryNames, entryTypes } = type
      return { struct: Object.fromEntries(entryNames.map((name, i) => [name, this.shape(entryTypes[i]!)])), always: entryNames }
    }
    return isJsonText(api, type) ? 'json' : 'text'
  }

  private note(type: StoreType): void {
    if (typeof type === 'string') return
    if ('list' in type) this.note(type.list)
    else {
      this.structs.set(printOf(type), type)
      for (const item of Object.values(type.struct)) this.note(item)
    }
  }

  private print(type: DuckDBType): string {
    const { api } = this
    if (type instanceof api.DuckDBListType) return `${this.print(type.valueType)}[]`
    if (type instanceof api.DuckDBStructType) return structPrint(type.entryNames.map((name, i) => [name, this.print(type.entryTypes[i]!)]))
    switch (type.typeId) {
      case api.DuckDBTypeId.VARCHAR:
        return 'text'
      case api.DuckDBTypeId.BIGINT:
        return 'integer'
      case api.DuckDBTypeId.DOUBLE:
        return 'number'
      case api.DuckDBTypeId.BOOLEAN:
        return 'boolean'
      default:
        return 'other'
    }
  }
}

type Api = typeof import('@duckdb/node-api')

/** Whether values of a type are JSON text. */
export function isJsonText(api: Api, type: DuckDBType): boolean {
  return type.alias === 'JSON' && type.typeId === api.DuckDBTypeId.VARCHAR
}

function printOf(type: StoreType): string {
  if (typeof type === 'string') return type === 'json' ? 'text' : type
  if ('list' in type) return `${printOf(type.list)}[]`
  const keys: [string, StoreType][] = Object.entries(type.struct)
  if (type.rest !== undefined && !(type.rest in type.struct)) keys.push([type.rest, 'json'])
  return structPrint(keys.map(([key, item]) => [key, printOf(item)]))
}

function structPrint(entries: [string, string][]): string {
  return `{${entries.map(([name, print]) => `${JSON.stringify(name)}:${print}`).join()}}`
}
