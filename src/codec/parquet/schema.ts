import type { StoreType, StoreTypes } from '../../store-type.ts'
import { KIND, type ThriftWriter } from './thrift.ts'

/** What Parquet calls the types of stored values. */
export const PHYSICAL = { boolean: 0, integer: 2, number: 5, text: 6, json: 6 } as const

/** A column of a Parquet file: where single values are kept, how ever deep they lie in the rows. */
export type LeafColumn = {
  path: string[] // as Parquet has it, with the steps into lists
  type: keyof typeof PHYSICAL
  maxDefinition: number // levels on the way to a value that may be absent
  maxRepetition: number // lists on the way to a value
}

/** All columns of a file, in order. */
export function leafColumns(types: StoreTypes): LeafColumn[] {
  return Object.entries(types).flatMap(([name, type]) => leavesOf([name], type, 1, 0))
}

/** Keys of a struct with their types; what has no key of its own goes under `rest`. */
export function fieldsOf(type: Extract<StoreType, { struct: unknown }>): [key: string, type: StoreType][] {
  const fields: [string, StoreType][] = Object.entries(type.struct)
  if (type.rest !== undefined && !(type.rest in type.struct)) fields.push([type.rest, 'json'])
  return fields
}

function leavesOf(path: string[], type: StoreType, definition: number, repetition: number): LeafColumn[] {
  if (typeof type === 'string') return [{ path, type, maxDefinition: definition, maxRepetition: repetition }]
  if ('list' in type) return leavesOf([...path, 'list', 'element'], type.list, definition + 2, repetition + 1)
  return fieldsOf(type).flatMap(([key, item]) => leavesOf([...path, key], item, definition + 1, repetition))
}

const [REQUIRED, OPTIONAL, REPEATED] = [0, 1, 2]
const [UTF8, LIST, INT_64, JSON_TEXT] = [0, 3, 18, 19]

/** Write the list of a file's schema elements as a field. */
export function writeSchema(thrift: ThriftWriter, field: number, types: StoreTypes): void {
  const columns = Object.entries(types)
  thrift.list(field, KIND.struct, 1 + columns.reduce((sum, [, type]) => sum + elementsIn(type), 0))
  thrift.beginItem().int(3, REQUIRED).binary(4, 'rows').int(5, columns.length).end()
  for (const [name, type] of columns) writeElement(thrift, name, type)
}

function elementsIn(type: StoreType): number {
  if (typeof type === 'string') return 1
  if ('list' in type) return 2 + elementsIn(type.list)
  return 1 + fieldsOf(type).reduce((sum, [, item]) => sum + elementsIn(item), 0)
}

function writeElement(thrift: ThriftWriter, name: string, type: StoreType): void {
  thrift.beginItem()
  if (typeof type === 'string') {
    thrift.int(1, PHYSICAL[type]).int(3, OPTIONAL).binary(4, name)
    if (type === 'text') thrift.int(6, UTF8).begin(10).begin(1).end().end()
    if (type === 'json') thrift.int(6, JSON_TEXT).begin(10).begin(12).end().end()
    if (type === 'integer') thrift.int(6, INT_64).begin(10).begin(10).tiny(1, 64).bool(2, true).end().end()
    thrift.end()
  } else if ('list' in type) {
    thrift.int(3, OPTIONAL).binary(4, name).int(5, 1).int(6, LIST).begin(10).begin(3).end().end().end()
    thrift.beginItem().int(3, REPEATED).binary(4, 'list').int(5, 1).end()
    writeElement(thrift, 'element', type.list)
  } else {
    const fields = fieldsOf(type)
    thrift.int(3, OPTIONAL).binary(4, name).int(5, fields.length).end()
    for (const [key, item] of fields) writeElement(thrift, key, item)
  }
}
