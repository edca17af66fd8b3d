import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { dictEntries, isDict } from './dict.ts'
import { isFloat, type Keywords, numeric, stringOf, typeName, Undefined } from './values.ts'
import { weightOf } from './weight.ts'

/**
 * A filter, method or function written here: what its arguments are called, and what it does. `takes` lists them in order, those that
 * may be left out with a question mark; an argument left out is undefined. `subject` is what is filtered, or whose method it is.
 */
export type Native = {
  takes: readonly string[]
  /** It takes the same time whatever the size of what it is given; all others are charged by that size. */
  isConstant?: true
  apply(run: Run, subject: unknown, ...args: unknown[]): unknown
}

const parameters = new WeakMap<readonly string[], { names: string[]; needed: number }>()

/** Call it with the arguments in their places. Throws for too many, too few or unknown ones. */
export function callNative(
  name: string,
  native: Native,
  run: Run,
  subject: unknown,
  args: readonly unknown[],
  keywords: Keywords,
): unknown {
  run.spend(1)
  if (native.isConstant !== true) {
    run.spend(weightOf(subject))
    for (const argument of args) run.spend(weightOf(argument))
    for (const argument of keywords.values()) run.spend(weightOf(argument))
  }
  if (args.length === 0 && keywords.size === 0 && native.takes.length === 0) return native.apply(run, subject)
  const { names, needed } = parametersOf(native.takes)
  if (args.length > names.length) {
    throw new Failure('argument', `${name}() takes at most ${names.length} arguments: found ${args.length}`, takesHint(name, native))
  }
  const placed = [...args]
  for (const [keyword, value] of keywords) {
    const index = names.indexOf(keyword)
    if (index < 0) throw new Failure('argument', `${name}() got an unexpected keyword argument '${keyword}'`, takesHint(name, native))
    if (index < args.length)
      throw new Failure('argument', `${name}() got multiple values for argument '${keyword}'`, takesHint(name, native))
    placed[index] = value
  }
  for (let index = 0; index < needed; index++) {
    if (placed[index] === undefined)
      throw new Failure('argument', `${name}() is missing its argument '${names[index]}'`, takesHint(name, native))
  }
  return native.apply(run, subject, ...placed)
}

function parametersOf(takes: readonly string[]): { names: string[]; needed: number } {
  let found = parameters.get(takes)
  if (found === undefined) {
    found = { names: takes.map(name => name.replace('?', '')), needed: takes.filter(name => !name.endsWith('?')).length }
    parameters.set(takes, found)
  }
  return found
}

function takesHint(name: string, native: Native): { hint: string } {
  return { hint: `It is ${name}(${native.takes.join(', ')})` }
}

/** An argument that must be an int; `missing` stands for one that was left out. */
export function integerArgument(name: string, value: unknown, missing?: number): number {
  if (value === undefined && missing !== undefined) return missing
  if (value instanceof Undefined) throw new Failure('undefined', value.message)
  const number = numeric(value)
  if (number === null || isFloat(value)) throw new Failure('argument', `${name} is a ${typeName(value)}, expected an int`)
  return Number(number)
}

/** An argument that must be text. */
export function textArgument(name: string, value: unknown, missing?: string): string {
  if (value === undefined && missing !== undefined) return missing
  if (value instanceof Undefined) throw new Failure('undefined', value.message)
  const text = stringOf(value)
  if (text === null) throw new Failure('argument', `${name} is a ${typeName(value)}, expected text`)
  return text
}

/** Keyword arguments from a dictionary, as `**` gives them. */
export function keywordsFrom(value: unknown): [string, unknown][] {
  if (!isDict(value)) throw new Failure('argument', `argument after ** must be a mapping, not ${typeName(value)}`)
  return dictEntries(value).map(([key, item]) => {
    if (typeof key !== 'string') throw new Failure('argument', 'keywords must be strings')
    return [key, item]
  })
}

/** Whether a value is left out or None. */
export function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null
}
