import { Float } from '../../json/lossless.ts'
import type { Run } from '../run.ts'

/*
 * What templates compute with. Rows bring strings, numbers, booleans, null, arrays and plain objects; a whole JavaScript number is
 * Python's int and any other its float. The classes here are the values of Python that JavaScript lacks.
 */

/** Keyword arguments of a call. */
export type Keywords = ReadonlyMap<string, unknown>

/** A value that templates use but rows never hold. Attributes are what it answers, never what the host object has. */
export abstract class Special {
  abstract readonly typeName: string

  /** The attribute, or undefined where there is none. */
  attribute(_name: string, _run: Run): unknown {
    return undefined
  }

  abstract toString(): string
}

/** A value of Python that templates can print and nothing else. */
export class Foreign extends Special {
  readonly typeName: string
  /** What it prints inside a container. */
  readonly repr: string
  private readonly shown: string

  /** Whether Python counts it as true. */
  readonly isTrue: boolean

  constructor({ typeName, shown, repr, isTrue }: { typeName: string; shown: string; repr: string; isTrue: boolean }) {
    super()
    this.isTrue = isTrue
    this.typeName = typeName
    this.shown = shown
    this.repr = repr
  }

  override toString(): string {
    return this.shown
  }
}

/** Something a template may call. */
export class Callable extends Special {
  readonly typeName = 'builtin_function_or_method'
  readonly display: string
  readonly invoke: (run: Run, args: unknown[], keywords: Keywords) => unknown

  constructor(display: string, invoke: Callable['invoke']) {
    super()
    this.display = display
    this.invoke = invoke
  }

  override toString(): string {
    return this.display
  }
}

/** The result of looking for something that is not there: prints as nothing, fails when it is used. */
export class Undefined {
  readonly message: string
  readonly isUnsafe: boolean

  constructor(message: string, isUnsafe = false) {
    this.message = message
    this.isUnsafe = isUnsafe
  }
}

/** A Python tuple; `names` makes it a named one. */
export class Tuple {
  readonly items: readonly unknown[]
  readonly names: readonly string[] | null

  constructor(items: readonly unknown[], names: readonly string[] | null = null) {
    this.items = items
    this.names = names
  }
}

/** A dictionary made by a template: keeps the order of its keys and the kind of each, which a plain object cannot. */
export class Dict {
  readonly entries = new Map<unknown, [key: unknown, value: unknown]>()
}

/** Text that is HTML already, as `escape` and `safe` give it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Python's `range`. */
export class Range {
  readonly start: number
  readonly stop: number
  readonly step: number
  readonly length: number

  constructor(start: number, stop: number, step: number) {
    this.start = start
    this.stop = stop
    this.step = step
    this.length = Math.max(0, Math.ceil((stop - start) / step))
  }

  at(index: number): number {
    return this.start + index * this.step
  }
}

/** What `keys()`, `values()` and `items()` of a dictionary give. */
export class View {
  readonly kind: 'dict_keys' | 'dict_values' | 'dict_items'
  readonly items: readonly unknown[]

  constructor(kind: View['kind'], items: readonly unknown[]) {
    this.kind = kind
    this.items = items
  }
}

/** What filters like `map` and `select` give: can be read once, has no length. */
export class Stream {
  private items: readonly unknown[]
  private at = 0

  constructor(items: readonly unknown[]) {
    this.items = items
  }

  /** The next item, or null at the end. */
  next(): { item: unknown } | null {
    return this.at < this.items.length ? { item: this.items[this.at++] } : null
  }

  /** Everything that was not read yet. */
  rest(): readonly unknown[] {
    const rest = this.at === 0 ? this.items : this.items.slice(this.at)
    this.items = []
    this.at = 0
    return rest
  }
}

/** Whether a value is an object whose own keys are data: made by `{}` or JSON, not by a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether a value is a Python int; True and False are not counted. */
export function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'number' ? Number.isInteger(value) : typeof value === 'bigint'
}

/** Whether a value is a Python float. */
export function isFloat(value: unknown): value is number | Float {
  return typeof value === 'number' ? !Number.isInteger(value) : value instanceof Float
}

/** A number as Python would count with it, booleans as 0 and 1; null for anything else. */
export function numeric(value: unknown): number | bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Float ? value.value : null
}

/** A float result: whole ones are boxed, so that they print with their point. */
export function float(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value
}

/** An int result: a number where it is exact, else a bigint. */
export function integer(value: number | bigint): number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : BigInt(value)
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

/** The text of a string or Markup; null for anything else. */
export function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : value instanceof Markup ? value.text : null
}

/** How Python calls the type of a value. */
export function typeName(value: unknown): string {
  if (typeof value === 'string') return 'str'
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (isInteger(value)) return 'int'
  if (isFloat(value)) return 'float'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof Dict || isPlainObject(value)) return 'dict'
  if (value instanceof Undefined || value === undefined) return 'Undefined'
  if (value instanceof Markup) return 'Markup'
  if (value instanceof Range) return 'range'
  if (value instanceof View) return value.kind
  if (value instanceof Stream) return 'generator'
  return value instanceof Special ? value.typeName : 'object'
}
