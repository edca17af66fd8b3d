import type { Json, JsonObject } from '../json/json.ts'
import type { StoreType, StoreTypes } from '../store-type.ts'

/**
 * What encoded rows show of the types of their columns. A reader of JSON Lines knows a type only by a value that is there: of a null, an
 * empty list, an absent key or a whole number where others are fractions it learns nothing.
 */
export class TypeEvidence {
  /** How many things there are to show. */
  readonly size: number
  private readonly columns: ReadonlyMap<string, Kind>

  constructor(types: StoreTypes) {
    let number = 0
    const kindOf = (type: StoreType): Kind => {
      const kind: Kind = { number: number++, fraction: type === 'number' ? number++ : null, item: null, keys: null }
      if (typeof type === 'string') return kind
      if ('list' in type) return { ...kind, item: kindOf(type.list) }
      const keys = new Map(Object.entries(type.struct).map(([key, inner]) => [key, kindOf(inner)]))
      if (type.rest !== undefined && !keys.has(type.rest)) keys.set(type.rest, kindOf('json'))
      return { ...kind, keys }
    }
    this.columns = new Map(Object.entries(types).map(([column, type]) => [column, kindOf(type)]))
    this.size = number
  }

  /** Mark in `shown` what an encoded value of a column shows, or one item of its list. */
  note(column: string, encoded: Json, shown: Uint8Array, isItem = false): void {
    const kind = this.columns.get(column)
    if (kind === undefined) return
    if (isItem) shown[kind.number] = 1
    note(isItem ? kind.item : kind, encoded, shown)
  }
}

/** Numbers of what a value of one type can show: that it is there, and that it has a fraction. */
type Kind = { number: number; fraction: number | null; item: Kind | null; keys: ReadonlyMap<string, Kind> | null }

function note(kind: Kind | null | undefined, value: Json, shown: Uint8Array): void {
  if (kind === null || kind === undefined || value === null) return
  shown[kind.number] = 1
  // A `Float` is written with its point.
  if (kind.fraction !== null && !Number.isInteger(value)) shown[kind.fraction] = 1
  if (kind.item !== null) for (const item of value as Json[]) note(kind.item, item, shown)
  if (kind.keys !== null) for (const key in value as JsonObject) note(kind.keys.get(key), (value as JsonObject)[key]!, shown)
}
