import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { setOwn } from '../../json/own.ts'
import type { StoreType } from '../../store-type.ts'
import { holdsAll, isStoredFloat, isStoredInteger, type StoreChanges } from '../store-value.ts'
import { Leaf } from './leaf.ts'
import { fieldsOf, type LeafColumn } from './schema.ts'

/** Takes values of one type apart into the columns that hold them. */
export interface Shredder {
  /** Take a value; null and undefined are none. `repetition` says at which list it begins a new element. */
  take(value: Json | undefined, repetition: number): void
  /** There is no value, nor what it would stand in beyond `definition` levels. */
  absent(repetition: number, definition: number): void
  /** Take a value that stands in no list, and pause behind every few of its elements, if it has as many. `letsGo`: of these, null is left of those. */
  takeInSteps?(value: Json | undefined, letsGo: boolean): Iterable<void>
}

/** A list is taken so many elements at a time. */
const STEP = 16

/** A shredder for values of a type; its leaves are those of the columns, in order. What does not fit the type is counted. */
export function shredderOf(type: StoreType, columns: Iterator<LeafColumn>, leaves: Leaf[], changes: () => StoreChanges): Shredder {
  return make(type, 1, 0, { columns, leaves, changes })
}

type Making = { columns: Iterator<LeafColumn>; leaves: Leaf[]; changes: () => StoreChanges }

/** `definition`: of a value that is present; `lists`: around it. */
function make(type: StoreType, definition: number, lists: number, making: Making): Shredder {
  if (typeof type === 'string') {
    const leaf = new Leaf(making.columns.next().value!)
    making.leaves.push(leaf)
    return new Single(type, leaf, definition, making.changes)
  }
  if ('list' in type) return new List(definition, lists + 1, make(type.list, definition + 2, lists + 1, making), making.changes)
  const fields = fieldsOf(type).map(([key, item]) => ({
    key,
    isInherited: key in Object.prototype, // every object has something of that name
    shredder: make(item, definition + 1, lists, making),
  }))
  return new Struct(type, definition, fields, making.changes)
}

class Single implements Shredder {
  private readonly type: Extract<StoreType, string>
  private readonly leaf: Leaf
  private readonly definition: number
  private readonly changes: () => StoreChanges

  constructor(type: Extract<StoreType, string>, leaf: Leaf, definition: number, changes: () => StoreChanges) {
    this.type = type
    this.leaf = leaf
    this.definition = definition
    this.changes = changes
  }

  take(value: Json | undefined, repetition: number): void {
    const { leaf, type } = this
    if (value === null || value === undefined) leaf.absent(repetition, this.definition - 1)
    else if (type === 'text' && typeof value === 'string') this.text(value, repetition)
    else if (type === 'json') this.text(writeJson(value), repetition)
    else if (type === 'integer' && isStoredInteger(value)) leaf.integer(repetition, value)
    else if (type === 'number' && (typeof value === 'number' || isStoredFloat(value))) leaf.number(repetition, Number(value))
    else if (type === 'boolean' && typeof value === 'boolean') leaf.boolean(repetition, value)
    else if (type === 'number' && typeof value === 'bigint') leaf.number(repetition, Number(value))
    else {
      this.changes().mistyped++
      if (type === 'text') this.text(writeJson(value), repetition)
      else leaf.absent(repetition, this.definition - 1)
    }
  }

  absent(repetition: number, definition: number): void {
    this.leaf.absent(repetition, definition)
  }

  private text(value: string, repetition: number): void {
    if (!value.isWellFormed()) this.changes().replacedSurrogates++
    this.leaf.text(repetition, value)
  }
}

class List implements Shredder {
  private readonly definition: number
  private readonly depth: number
  private readonly items: Shredder
  private readonly changes: () => StoreChanges

  constructor(definition: number, depth: number, items: Shredder, changes: () => StoreChanges) {
    this.definition = definition
    this.depth = depth
    this.items = items
    this.changes = changes
  }

  take(value: Json | undefined, repetition: number): void {
    if (!Array.isArray(value)) {
      if (value !== null && value !== undefined) this.changes().mistyped++
      this.items.absent(repetition, this.definition - 1)
    } else if (value.length === 0) this.items.absent(repetition, this.definition)
    else for (let i = 0; i < value.length; i++) this.items.take(value[i], i === 0 ? repetition : this.depth)
  }

  *takeInSteps(value: Json | undefined, letsGo: boolean): Iterable<void> {
    if (!Array.isArray(value) || value.length <= STEP) return this.take(value, 0)
    for (let i = 0; i < value.length; i++) {
      this.items.take(value[i], i === 0 ? 0 : this.depth)
      if (letsGo) value[i] = null
      if (i % STEP === STEP - 1) yield
    }
  }

  absent(repetition: number, definition: number): void {
    this.items.absent(repetition, definition)
  }
}

type Field = { key: string; isInherited: boolean; shredder: Shredder }

class Struct implements Shredder {
  private readonly type: Extract<StoreType, { struct: unknown }>
  private readonly definition: number
  private readonly fields: readonly Field[]
  private readonly changes: () => StoreChanges

  constructor(type: Extract<StoreType, { struct: unknown }>, definition: number, fields: readonly Field[], changes: () => StoreChanges) {
    this.type = type
    this.definition = definition
    this.fields = fields
    this.changes = changes
  }

  take(value: Json | undefined, repetition: number): void {
    if (isObject(value)) this.takeFields(value, repetition)
    else {
      if (value !== null && value !== undefined) this.changes().mistyped++
      this.absent(repetition, this.definition - 1)
    }
  }

  absent(repetition: number, definition: number): void {
    for (const { shredder } of this.fields) shredder.absent(repetition, definition)
  }

  private takeFields(struct: JsonObject, repetition: number): void {
    const rest = this.type.rest === undefined ? null : this.restOf(struct)
    for (const { key, shredder, isInherited } of this.fields)
      if (key === this.type.rest) shredder.take(rest, repetition)
      else if (rest !== null && Object.hasOwn(rest, key)) shredder.absent(repetition, this.definition)
      else shredder.take(isInherited && !Object.hasOwn(struct, key) ? null : struct[key], repetition)
  }

  /** What has no column of its own, or does not fit the one it has; null where all has. */
  private restOf(struct: JsonObject): JsonObject | null {
    let rest: JsonObject | null = null
    for (const key in struct) {
      const item = struct[key]!
      const type = key === this.type.rest ? undefined : Object.hasOwn(this.type.struct, key) ? this.type.struct[key] : undefined
      if (type !== undefined && item !== null && (type === 'json' || holdsAll(item, type))) continue
      if (!this.type.always?.includes(key)) setOwn((rest ??= {}), key, item)
    }
    return rest
  }
}
