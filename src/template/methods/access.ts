import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { undefinedFailure } from '../values/compare.ts'
import { dictGet, isDict } from '../values/dict.ts'
import { characters, hasPairs, lengthOf } from '../values/iterate.ts'
import { reprOf } from '../values/text.ts'
import { isFloat, Markup, numeric, Range, Special, Stream, stringOf, Tuple, typeName, Undefined } from '../values/values.ts'
import { weightOf } from '../values/weight.ts'
import { methodOf } from './methods.ts'

/** `value.name`: a method or attribute of the value's Python type, else an item of a dictionary. Never a property of the JavaScript object. */
export function getAttribute(run: Run, value: unknown, name: string): unknown {
  const attribute = attributeOf(run, value, name)
  if (attribute !== undefined) return attribute
  return or(isDict(value) ? dictGet(value, name) : undefined, () => missing(value, name, run))
}

// What every Python object has. Looking at it is forbidden, so that templates written for Jinja fail as they do there.
const PYTHON_INTERNALS =
  /^__(class|doc|init|new|dict|module|repr|str|hash|eq|ne|lt|le|gt|ge|getattribute|setattr|delattr|dir|format|reduce|reduce_ex|sizeof|subclasshook|init_subclass|len|getitem|setitem|delitem|contains|iter|add|mul|rmul|mod|rmod|class_getitem|getnewargs|getstate|reversed|iadd|imul|or|ror|ior|globals|builtins|code|closure|call|func|self|subclasses|bases|base|mro|import)__$/

/** `value[key]`: an item, else for text keys an attribute. */
export function getItem(run: Run, value: unknown, key: unknown): unknown {
  if (value instanceof Undefined || value === undefined) return missing(value, key, run)
  if (isDict(value)) {
    const item = isHashable(key) ? dictGet(value, key) : undefined
    if (item !== undefined) return item
  } else if (typeof key !== 'string') {
    const item = itemAt(run, value, key)
    if (item !== undefined) return item
  }
  const name = stringOf(key)
  return or(name === null ? undefined : attributeOf(run, value, name), () => missing(value, name ?? key, run))
}

/** A value that was found, be it None; else another. */
function or(found: unknown, otherwise: () => unknown): unknown {
  return found === undefined ? otherwise() : found
}

/** The attribute a Python value of this type has, or undefined. */
export function attributeOf(run: Run, value: unknown, name: string): unknown {
  if (value instanceof Undefined) throw undefinedFailure(value)
  if (value === undefined) throw new Failure('undefined', 'value is undefined')
  if (name.charCodeAt(0) === 95 && PYTHON_INTERNALS.test(name)) return unsafe(value, name)
  if (value instanceof Special) return value.attribute(name, run)
  if (value instanceof Tuple && value.names !== null && value.names.includes(name)) return value.items[value.names.indexOf(name)]
  return methodOf(run, value, name, { attribute: getAttribute, item: getItem })
}

/** An undefined value that tells, when it is used, that it was not for templates. */
export function unsafe(value: unknown, name: string): Undefined {
  return new Undefined(`access to attribute '${name}' of '${typeName(value)}' object is unsafe.`, true)
}

function isHashable(key: unknown): boolean {
  return !Array.isArray(key) && !isDict(key)
}

function itemAt(run: Run, value: unknown, key: unknown): unknown {
  const number = numeric(key)
  if (number === null || isFloat(key)) return undefined
  const index = Number(number)
  const text = stringOf(value)
  if (text !== null) {
    run.spend(weightOf(text))
    const all = hasPairs(text) ? characters(text) : text
    const item = all[index < 0 ? index + all.length : index]
    return item !== undefined && value instanceof Markup ? new Markup(item) : item
  }
  if (value instanceof Range) {
    const position = index < 0 ? index + value.length : index
    return position >= 0 && position < value.length ? value.at(position) : undefined
  }
  const items = Array.isArray(value) ? value : value instanceof Tuple ? value.items : null
  return items === null ? undefined : items[index < 0 ? index + items.length : index]
}

function missing(value: unknown, name: unknown, run: Run): Undefined {
  if (value instanceof Undefined) throw undefinedFailure(value)
  const type = value === null ? 'None' : `${typeName(value)} object`
  const found = new Undefined(
    typeof name === 'string' ? `'${type}' has no attribute '${name}'` : `${type} has no element ${reprOf(run, name)}`,
  )
  if (run.options.refusesUndefined && run.forgiving === 0) throw undefinedFailure(found)
  return found
}

/** `value[start:stop:step]` as Python slices. */
export function sliceOf(run: Run, value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (value instanceof Undefined) throw undefinedFailure(value)
  const text = stringOf(value)
  const isSequence = text !== null || Array.isArray(value) || value instanceof Tuple || value instanceof Range
  if (!isSequence) {
    const hint = value instanceof Stream ? { hint: 'Turn it into a list first: … | list' } : {}
    throw new Failure('type', `'${typeName(value)}' object cannot be sliced`, hint)
  }
  if (text !== null) run.spend(weightOf(text))
  const length = lengthOf(value)!
  const by = bound(step) ?? 1
  if (by === 0) throw new Failure('type', 'slice step cannot be zero')
  const from = clamp(bound(start), by > 0 ? 0 : length - 1, length, by)
  const to = clamp(bound(stop), by > 0 ? length : -1, length, by)
  run.spend(Math.max(0, (to - from) / by) / (text === null ? 1 : 16))
  if (value instanceof Range) return new Range(value.start + from * value.step, value.start + to * value.step, by * value.step)
  if (text !== null && by === 1 && !hasPairs(text)) return likeText(value, text.slice(from, Math.max(from, to)))
  const items: readonly unknown[] = text !== null ? characters(text) : value instanceof Tuple ? value.items : (value as unknown[])
  const picked: unknown[] = by === 1 ? items.slice(from, Math.max(from, to)) : []
  if (by !== 1) for (let index = from; by > 0 ? index < to : index > to; index += by) picked.push(items[index])
  if (text !== null) return likeText(value, picked.join(''))
  return value instanceof Tuple ? new Tuple(picked) : run.own(picked)
}

function likeText(value: unknown, text: string): unknown {
  return value instanceof Markup ? new Markup(text) : text
}

function bound(value: unknown): number | null {
  if (value === null || value === undefined) return null
  const number = numeric(value)
  if (number === null || isFloat(value)) throw new Failure('type', `slice indices must be integers or None, not ${typeName(value)}`)
  return Number(number)
}

function clamp(index: number | null, missingIndex: number, length: number, step: number): number {
  if (index === null) return missingIndex
  const position = index < 0 ? index + length : index
  return step > 0 ? Math.min(Math.max(position, 0), length) : Math.min(Math.max(position, -1), length - 1)
}
