import { isNumber } from '../../json/json.ts'
import { Float } from '../../json/lossless.ts'
import { numpyText } from '../../python/numpy-text.ts'
import { isNumpyArray, OddValue } from '../../python/odd-value.ts'
import { pythonJson, pythonRepr } from '../../python/text.ts'
import type { Run } from '../run.ts'
import { dictEntries, isDict } from './dict.ts'
import { writeJson } from './json-text.ts'
import { TextMeter } from './text-meter.ts'
import { Foreign, Markup, Range, Special, Stream, Tuple, typeName, Undefined, View } from './values.ts'
import { integerWeight } from './weight.ts'

/** A value as it stands in text: strings verbatim, anything else as JSON or as Python prints it. */
export function textOf(run: Run, value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Undefined || value === undefined) return ''
  if (value instanceof Markup) return value.text
  return reprOf(run, value)
}

/** A value as it stands inside a string of JSON: lists and dictionaries are their JSON, as text. */
export function textInsideJson(run: Run, value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  const isText = typeof value === 'string' || value instanceof Markup
  const isContainer = (Array.isArray(value) && !isNumpyArray(value)) || isDict(value)
  if (!isText && !isContainer) return textOf(run, value)
  const text = isText ? textOf(run, value) : writeJson(run, value, { python: true, isUnsorted: true, indent: null })
  return run.sized(pythonJson(text)).slice(1, -1)
}

/** A value as it stands inside a container: strings in quotes. */
export function reprOf(run: Run, value: unknown): string {
  if (value instanceof Special) return value.toString()
  if (isNumpyArray(value) && run.options.values === 'python') return new ReprWriter(run).array(value, '')
  if (run.options.values === 'json') return writeJson(run, value)
  return new ReprWriter(run).repr(value)
}

/** Python's `repr`. */
class ReprWriter {
  private readonly run: Run
  private readonly meter: TextMeter

  constructor(run: Run) {
    this.run = run
    this.meter = new TextMeter(run)
  }

  repr(value: unknown): string {
    if (typeof value === 'bigint') this.run.spend(integerWeight(value))
    if (typeof value !== 'object' || value === null || value instanceof Float) return this.meter.count(scalarRepr(value))
    if (isNumpyArray(value)) return this.array(value, 'array(')
    if (Array.isArray(value)) return `[${this.join(value)}]`
    if (isDict(value))
      return `{${this.meter.container(dictEntries(value), ([key, item]) => `${this.repr(key)}: ${this.repr(item)}`).join(', ')}}`
    if (value instanceof Tuple) return `(${this.join(value.items)}${value.items.length === 1 ? ',' : ''})`
    if (value instanceof Markup) return `Markup(${this.repr(value.text)})`
    if (value instanceof Undefined) return 'Undefined'
    if (value instanceof Range) return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`
    if (value instanceof View) return `${value.kind}([${this.join(value.items)}])`
    if (value instanceof Stream) return `[${this.join(value.rest())}]`
    if (value instanceof Foreign) return value.repr
    return value instanceof Special ? value.toString() : `<${typeName(value)}>`
  }

  /** An array of NumPy, alone or inside another value, where it says what it is. */
  array(items: readonly unknown[], prefix: '' | 'array('): string {
    const reprOf = (item: unknown) => (item instanceof OddValue ? item.repr : this.repr(item))
    if (prefix === '') return this.meter.count(numpyText(items, reprOf))
    const kind = items.every(item => typeof item === 'boolean' || isNumber(item)) && items.length > 0 ? '' : ', dtype=object'
    return this.meter.count(`${prefix}${numpyText(items, reprOf, prefix)}${kind})`)
  }

  private join(items: readonly unknown[]): string {
    return this.meter.container(items, item => this.repr(item)).join(', ')
  }
}

function scalarRepr(value: unknown): string {
  if (value === undefined) return 'Undefined'
  return typeof value === 'function' || typeof value === 'symbol' ? '<object>' : pythonRepr(value)
}
