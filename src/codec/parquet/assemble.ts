import type { Json, JsonObject } from '../../json/json.ts'
import { setOwn } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { StoreType, StoreTypes } from '../../store-type.ts'
import { decoderOf } from '../store-value.ts'
import { PageReader } from './page-reader.ts'
import { fieldsOf, leafColumns } from './schema.ts'

/** Where columns are from, and how many places each holds, as far as that is known. */
export type ChunksOf = { file: string; values: readonly number[] }

const UNKNOWN: ChunksOf = { file: 'staged rows', values: [] }

/** Rows of a table that are put together from their columns, one after the other. */
export class Assembly {
  private readonly columns: readonly (readonly [name: string, assembler: Assembler])[]
  private readonly blank: Row

  /** `chunks`: the bytes of the columns' pages, in the order of the columns: what `RowPages` took apart. */
  constructor(types: StoreTypes, chunks: Iterable<Buffer>, from = UNKNOWN) {
    const bytes = chunks[Symbol.iterator]()
    const places = from.values.values()
    const readers = leafColumns(types).map(
      column => new PageReader(column, bytes.next().value!, { file: from.file, values: places.next().value ?? null }),
    )
    const next = readers.values()
    this.columns = Object.entries(types).map(([name, type]) => [name, assemblerOf(type, 1, 0, () => next.next().value!)] as const)
    this.blank = blankOf(this.columns)
  }

  /** The next row as it is stored: JSON text is text, absent keys are null. */
  next(): Row {
    const row: Row = { ...this.blank }
    for (const [name, assembler] of this.columns) row[name] = assembler.take()
    return row
  }

  /** Pass over the next row. */
  pass(): void {
    for (const [, assembler] of this.columns) assembler.pass()
  }
}

/** All rows of some pages, as they were before they were stored. */
export function* assembleRows(types: StoreTypes, chunks: Iterable<Buffer>, rows: number, from?: ChunksOf): Iterable<Row> {
  const assembly = new Assembly(types, chunks, from)
  const decodes = decoderOf(types)
  for (let i = 0; i < rows; i++) yield decodes(assembly.next())
}

/**
 * What all rows and structs of a type begin as: with every key, so that they are made as objects of one shape, in a third of the time.
 * Their own keys may then be assigned, whatever they are called.
 */
function blankOf(fields: readonly (readonly [key: string, assembler: Assembler])[]): JsonObject {
  const blank: JsonObject = {}
  for (const [key] of fields) setOwn(blank, key, null)
  return blank
}

/** Puts values of one type together. */
interface Assembler {
  /** The column that says whether there is a value here. */
  readonly first: PageReader
  /** The value at the place at hand; null where there is none. */
  take(): Json
  /** Pass over the place at hand: there is nothing. */
  skip(): void
  /** Pass over the value at the place at hand without making it. */
  pass(): void
}

function assemblerOf(type: StoreType, definition: number, lists: number, next: () => PageReader): Assembler {
  if (typeof type === 'string') return new Single(next())
  if ('list' in type) return new List(definition, lists + 1, assemblerOf(type.list, definition + 2, lists + 1, next))
  return new Struct(
    definition,
    fieldsOf(type).map(([key, item]) => [key, assemblerOf(item, definition + 1, lists, next)]),
  )
}

class Single implements Assembler {
  readonly first: PageReader

  constructor(first: PageReader) {
    this.first = first
  }

  take(): Json {
    return this.first.take()
  }

  skip(): void {
    this.first.next()
  }

  pass(): void {
    this.first.pass()
  }
}

class List implements Assembler {
  readonly first: PageReader
  private readonly definition: number
  private readonly depth: number
  private readonly items: Assembler

  constructor(definition: number, depth: number, items: Assembler) {
    this.first = items.first
    this.definition = definition
    this.depth = depth
    this.items = items
  }

  take(): Json {
    const { definition } = this.first
    if (definition <= this.definition) {
      this.skip()
      return definition < this.definition ? null : []
    }
    const list: Json[] = []
    do list.push(this.items.take())
    while (this.first.repetition === this.depth)
    return list
  }

  skip(): void {
    this.items.skip()
  }

  pass(): void {
    if (this.first.definition <= this.definition) this.skip()
    else {
      do this.items.pass()
      while (this.first.repetition === this.depth)
    }
  }
}

class Struct implements Assembler {
  readonly first: PageReader
  private readonly definition: number
  private readonly fields: readonly [key: string, assembler: Assembler][]
  private readonly blank: JsonObject

  constructor(definition: number, fields: readonly [string, Assembler][]) {
    this.blank = blankOf(fields)
    this.first = fields[0]![1].first
    this.definition = definition
    this.fields = fields
  }

  take(): Json {
    if (this.first.definition < this.definition) {
      this.skip()
      return null
    }
    const struct: JsonObject = { ...this.blank }
    for (const [key, assembler] of this.fields) struct[key] = assembler.take()
    return struct
  }

  skip(): void {
    for (const [, assembler] of this.fields) assembler.skip()
  }

  pass(): void {
    if (this.first.definition < this.definition) this.skip()
    else for (const [, assembler] of this.fields) assembler.pass()
  }
}
