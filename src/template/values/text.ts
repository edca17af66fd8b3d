import { Float } from '../../json/lossless.ts'
import { pythonRepr } from '../../python/text.ts'
import type { Run } from '../run.ts'
import { dictEntries, isDict } from './dict.ts'
import { writeJson } from './json-text.ts'
import { TextMeter } from './text-meter.ts'
import { Markup, Range, Special, Stream, Tuple, typeName, Undefined, View } from './values.ts'
import { integerWeight } from './weight.ts'

/** A value as it stands in text: strings verbatim, anything else as JSON or as Python prints it. */
export function textOf(run: Run, value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Undefined || value === undefined) return ''
  if (value instanceof Markup) return value.text
  return reprOf(run, value)
}

/** A value as it stands inside a container: strings in quotes. */
export function reprOf(run: Run, value: unknown): string {
  if (value instanceof Special) return value.toString()
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
    if (Array.isArray(value)) return `[${this.join(value)}]`
    if (isDict(value))
      return `{${this.meter.container(dictEntries(value), ([key, item]) => `${this.repr(key)}: ${this.repr(item)}`).join(', ')}}`
    if (value instanceof Tuple) return `(${this.join(value.items)}${value.items.length === 1 ? ',' : ''})`
    if (value instanceof Markup) return `Markup(${this.repr(value.text)})`
    if (value instanceof Undefined) return 'Undefined'
    if (value instanceof Range) return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`
    if (value instanceof View) return `${value.kind}([${this.join(value.items)}])`
    if (value instanceof Stream) return `[${this.join(value.rest())}]`
    return value instanceof Special ? value.toString() : `<${typeName(value)}>`
  }

  private join(items: readonly unknown[]): string {
    return this.meter.container(items, item => this.repr(item)).join(', ')
  }
}

function scalarRepr(value: unknown): string {
  if (value === undefined) return 'Undefined'
  return typeof value === 'function' || typeof value === 'symbol' ? '<object>' : pythonRepr(value)
}
