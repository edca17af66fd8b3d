import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { formatValue } from './format-value.ts'
import { reprOf, textOf } from './text.ts'
import type { Keywords } from './values.ts'

/** How attributes and items of a value are found. */
export type LookUp = {
  attribute(run: Run, value: unknown, name: string): unknown
  item(run: Run, value: unknown, key: unknown): unknown
}

/** Python's `str.format`: fields by position or name, with attributes and items looked up as everywhere in the sandbox. */
export function strFormat(
  run: Run,
  format: string,
  args: readonly unknown[],
  keywords: Keywords,
  found: LookUp,
  writeText: (run: Run, value: unknown) => string = textOf,
): string {
  let automatic = 0
  run.spend(1 + format.length / 16)
  let length = 0
  const lookUp = (name: string): unknown => {
    const first = /^[^.[]*/.exec(name)![0]
    let value: unknown
    if (first === '' || /^\d+$/.test(first)) {
      const index = first === '' ? automatic++ : Number(first)
      if (index >= args.length) throw new Failure('argument', `Replacement index ${index} out of range for positional args tuple`)
      value = args[index]
    } else {
      if (!keywords.has(first)) throw new Failure('argument', `format() is missing its argument '${first}'`)
      value = keywords.get(first)
    }
    for (const { key, isItem } of stepsOf(name, first.length))
      value = isItem ? found.item(run, value, /^\d+$/.test(key) ? Number(key) : key) : found.attribute(run, value, key)
    return value
  }
  const field = (source: string): string => {
    const [, name, conversion, spec] = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(source) ?? []
    if (name === undefined) throw new Failure('argument', `Cannot read format field '{${source}}'`)
    const value = lookUp(name)
    const width = spec?.replace(/\{([^{}]*)\}/g, (_, inner: string) => textOf(run, lookUp(inner))) ?? ''
    const converted = conversion === undefined ? value : conversion === 's' ? textOf(run, value) : reprOf(run, value)
    return width === '' ? writeText(run, converted) : formatValue(run, converted, width)
  }
  let text = ''
  for (let at = 0; at < format.length; ) {
    const c = format[at]!
    if ((c === '{' || c === '}') && format[at + 1] === c) {
      text += c
      at += 2
    } else if (c === '}') throw new Failure('argument', "Single '}' encountered in format string")
    else if (c === '{') {
      const end = endOfField(format, at)
      const formatted = field(format.slice(at + 1, end))
      length += formatted.length
      run.reserve(length)
      text += formatted
      at = end + 1
    } else {
      const plain = /[^{}]+/y
      plain.lastIndex = at
      text += plain.exec(format)![0]
      at = plain.lastIndex
    }
  }
  return run.sized(text)
}

function endOfField(format: string, start: number): number {
  let depth = 0
  for (let at = start; at < format.length; at++) {
    if (format[at] === '{') depth++
    else if (format[at] === '}' && --depth === 0) return at
  }
  throw new Failure('argument', "Single '{' encountered in format string")
}

/** What a field's name goes on with: attributes behind dots, items in brackets; anything else is passed over. */
function* stepsOf(name: string, from: number): Iterable<{ key: string; isItem: boolean }> {
  let lastBracket = name.length
  for (let at = from; at < name.length; ) {
    if (name[at] === '.') {
      const start = at + 1
      at = start
      while (at < name.length && name[at] !== '.' && name[at] !== '[') at++
      if (at > start) yield { key: name.slice(start, at), isItem: false }
      continue
    }
    // A bracket that nothing closes leaves all behind it without one.
    const end = name[at] === '[' && at < lastBracket ? name.indexOf(']', at + 2) : -1
    if (name[at] === '[' && end < 0) lastBracket = at
    if (end > 0) yield { key: name.slice(at + 1, end), isItem: true }
    at = end > 0 ? end + 1 : at + 1
  }
}
