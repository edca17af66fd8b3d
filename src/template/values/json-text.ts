import { Float } from '../../json/lossless.ts'
import { isNumpyArray } from '../../python/odd-value.ts'
import { compareCodePoints, pythonJson } from '../../python/text.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { dictEntries, isDict } from './dict.ts'
import { TextMeter } from './text-meter.ts'
import { Markup, Range, Special, Stream, Tuple, typeName, Undefined, View } from './values.ts'
import { integerWeight } from './weight.ts'

/** How JSON is laid out: JavaScript's layout, or Python's `json.dumps`, with sorted keys and ASCII only where it is not told otherwise. */
export type JsonStyle = {
  python: boolean
  indent: string | null
  isUnsorted?: boolean
  isUnicode?: boolean // letters stand as they are
  isStrict?: boolean // what Python has no JSON for is refused: generators, ranges, views
  separators?: readonly [item: string, key: string]
}

const PLAIN: JsonStyle = { python: false, indent: null }

/** A value as JSON text. Throws where it grows beyond what a template may make. */
export function writeJson(run: Run, value: unknown, style: JsonStyle = PLAIN): string {
  return new JsonWriter(run, style).write(value, '')
}

class JsonWriter {
  private readonly run: Run
  private readonly style: JsonStyle
  private readonly meter: TextMeter

  constructor(run: Run, style: JsonStyle) {
    this.run = run
    this.style = style
    this.meter = new TextMeter(run)
  }

  write(value: unknown, margin: string): string {
    if (this.style.python && isNumpyArray(value)) notSerializable(value)
    const list = this.style.isStrict && (value instanceof Stream || value instanceof View || value instanceof Range) ? null : listOf(value)
    if (list !== null) return this.container('[]', list, margin, (item, inner) => this.write(item, inner))
    if (!isDict(value)) return this.meter.count(this.scalar(value))
    const colon = this.style.separators?.[1] ?? (this.style.python ? ': ' : ':')
    return this.container('{}', this.entries(value), margin, ([key, item], inner) => {
      return `${this.meter.count(this.scalar(keyText(key)))}${colon}${this.write(item, inner)}`
    })
  }

  private entries(dict: Parameters<typeof dictEntries>[0]): [unknown, unknown][] {
    const entries = dictEntries(dict)
    this.run.spend(entries.length)
    return this.style.python && !this.style.isUnsorted ? entries.sort(([a], [b]) => compareCodePoints(keyText(a), keyText(b))) : entries
  }

  private container<T>(brackets: string, items: readonly T[], margin: string, one: (item: T, margin: string) => string): string {
    if (items.length === 0) return brackets
    const inner = this.style.indent === null ? '' : margin + this.style.indent
    const texts = this.meter.container(items, item => inner + one(item, inner))
    const comma = this.style.separators?.[0]
    if (this.style.indent !== null) return `${brackets[0]}\n${texts.join(`${comma ?? ','}\n`)}\n${margin}${brackets[1]}`
    return `${brackets[0]}${texts.join(comma ?? (this.style.python ? ', ' : ','))}${brackets[1]}`
  }

  private scalar(value: unknown): string {
    if (typeof value === 'bigint') this.run.spend(integerWeight(value))
    if (value instanceof Undefined || value === undefined) return this.style.python ? notSerializable(value) : 'null'
    if (value instanceof Markup) return this.scalar(value.text)
    if (this.style.python) {
      if (typeof value === 'string' && this.style.isUnicode) return JSON.stringify(value)
      if (typeof value === 'object' && value !== null && !(value instanceof Float)) return notSerializable(value)
      if (typeof value === 'function' || typeof value === 'symbol') return notSerializable(value)
      return pythonJson(value)
    }
    if (typeof value === 'number' || typeof value === 'bigint') return String(value)
    if (value instanceof Float) return value.toString()
    if (typeof value === 'string') return JSON.stringify(value)
    if (value === null || typeof value === 'boolean') return String(value)
    return JSON.stringify(value instanceof Special ? value.toString() : `<${typeName(value)}>`)
  }
}

function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (value instanceof Tuple || value instanceof View) return value.items
  if (value instanceof Stream) return value.rest()
  return value instanceof Range ? Array.from({ length: value.length }, (_, index) => value.at(index)) : null
}

/** A key as JSON writes it: only text can be one. */
function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  if (key instanceof Markup) return key.text
  if (key === null || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' || key instanceof Float)
    return pythonJson(key)
  if (key instanceof Tuple) return `(${key.items.map(keyText).join(', ')})`
  throw new Failure('type', `keys must be str, int, float, bool or None, not ${typeName(key)}`)
}

function notSerializable(value: unknown): never {
  throw new Failure('type', `Object of type ${typeName(value)} is not JSON serializable`)
}
