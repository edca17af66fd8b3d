import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { isDict } from '../values/dict.ts'
import { callNative, keywordsFrom, type Native } from '../values/native.ts'
import { type LookUp, strFormat } from '../values/str-format.ts'
import { Callable, isFloat, isInteger, Markup, Range, Tuple, typeName, Undefined } from '../values/values.ts'
import { dictMethods } from './dict.ts'
import { listMethods, MUTATING, sequenceMethods } from './list.ts'
import { markupMethod } from './markup.ts'
import { floatMethods, integerMethods } from './number.ts'
import { textMethods } from './text.ts'

/** The method of a value by its name in Python, bound to the value; undefined where its type has none. */
export function methodOf(run: Run, value: unknown, name: string, found: LookUp): unknown {
  if (typeof value === 'string' && (name === 'format' || name === 'format_map')) return formatMethod(value, name, found)
  if (value instanceof Markup) return markupMethod(value, name, found)
  const method = methodsOf(value)?.[name]
  if (method === undefined) return undefined
  if (isForbidden(run, value, name)) return forbidden(run, value, name)
  return new Callable(display(value, name), (run, args, keywords) => callNative(name, method, run, value, args, keywords))
}

function methodsOf(value: unknown): { readonly [name: string]: Native | undefined } | null {
  if (typeof value === 'string') return textMethods
  if (Array.isArray(value)) return listMethods
  if (isDict(value)) return dictMethods
  if (value instanceof Tuple || value instanceof Range) return sequenceMethods
  if (isInteger(value) || typeof value === 'boolean') return integerMethods
  return isFloat(value) ? floatMethods : null
}

function display(value: unknown, name: string): string {
  return `<built-in method ${name} of ${typeName(value)} object>`
}

function formatMethod(value: string, name: string, found: LookUp): Callable {
  return new Callable(display(value, name), (run, args, keywords) => {
    return name === 'format'
      ? strFormat(run, value, args, keywords, found)
      : strFormat(run, value, [], new Map(keywordsFrom(args[0])), found)
  })
}

function isForbidden(run: Run, value: unknown, name: string): boolean {
  return MUTATING.has(name) && (Array.isArray(value) || isDict(value)) && (run.options.isImmutable || !run.owned.has(value))
}

/** A row's lists and dictionaries are not the template's to change. */
function forbidden(run: Run, value: unknown, name: string): unknown {
  if (run.options.isImmutable) return new Undefined(`access to attribute '${name}' of '${typeName(value)}' object is unsafe.`, true)
  return new Callable(display(value, name), () => {
    throw new Failure('security', `Cannot ${name}: the ${typeName(value)} belongs to the row`, {
      hint: 'Change a copy: list | list, or dict(value)',
    })
  })
}
