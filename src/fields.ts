import { TracewrightError } from './errors.ts'
import { writeJson } from './json/exact.ts'
import { isObject, type Json, type JsonObject } from './json/json.ts'
import { Float } from './json/number.ts'
import { nearest } from './nearest.ts'
import { pythonFloat } from './python/float.ts'

/** Stands for text that a config should hold and does not, while mistakes are collected. */
export const MISSING_TEXT = '\u{FFFFE}missing'

/** A key of a config: what it holds, what is taken where it is left out ('' where it may not be), and what it means. */
export type Field = readonly [holds: string, fallback: string, about: string]

/** The keys of one object of a config. What reads it takes no others, and docs/config.md lists them. */
export type Fields = { readonly [key: string]: Field }

/** The names of options in code, all of them: one that the type has and this has not is a mistake of types. */
export type Known<Options> = { readonly [option in keyof Required<Options>]: true }

let collected: ((mistake: TracewrightError) => void) | null = null

/**
 * Read a config on past its mistakes: each is told, and a field that is wrong is taken for one that was left out. What follows from
 * that is no mistake of its own; it names `MISSING_TEXT`.
 */
export function collectMistakes<T>(onMistake: (mistake: TracewrightError) => void, read: () => T): T {
  const outer = collected
  collected = onMistake
  try {
    return read()
  } finally {
    collected = outer
  }
}

/** Reads parts of a config, one after the other: what one throws is told as mistakes are, and that part gives nothing. */
export function collectorOf(onMistake: (mistake: TracewrightError) => void): <T>(read: () => T) => T[] {
  return read => {
    try {
      return [collectMistakes(onMistake, read)]
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      onMistake(error)
      return []
    }
  }
}

function mistake(message: string, details: { where: string; hint?: string }): void {
  const error = new TracewrightError('config', message, details)
  if (collected === null) throw error
  collected(error)
}

/** Tell of a mistake: it is thrown, or collected with the others. */
export function refuse(message: string, where: string, hint?: string): void {
  mistake(message, { where, ...(hint === undefined ? {} : { hint }) })
}

/** A field of a config that may be left out or null. Throws where it has another type than the reader names. */
function fieldAt<T>(config: JsonObject, key: string, where: string, expected: string, accepts: (value: Json) => boolean): T | null {
  const value = config[key]
  if (value === undefined || value === null) return null
  if (accepts(value)) return value as T
  mistake(`${key}: found ${writeJson(value)?.slice(0, 60)}, expected ${expected}`, { where })
  return null
}

/** A text field, or null where it is absent. */
export function stringAt(config: JsonObject, key: string, where: string): string | null {
  return fieldAt(config, key, where, 'text', value => typeof value === 'string')
}

/** A true-or-false field, or null where it is absent. */
export function booleanAt(config: JsonObject, key: string, where: string): boolean | null {
  const value = fieldAt<Json>(config, key, where, 'true or false', value => truthOf(value) !== null)
  return value === null ? null : truthOf(value)
}

const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE = ['false', 'f', 'no', 'n', 'off', '0']

/** Which of the two a config means, where it says it in a word or a number, as Data Designer takes them; null for what says neither. */
function truthOf(value: Json): boolean | null {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : String(plainNumber(value))
  return TRUE.includes(word) ? true : FALSE.includes(word) ? false : null
}

/** A number field, or null where it is absent. */
export function numberAt(config: JsonObject, key: string, where: string): number | null {
  const value = fieldAt<Json>(config, key, where, 'a number', value => writtenNumber(value) !== null)
  return value === null ? null : writtenNumber(value)
}

/** A number of a config, also where it is text: YAML takes `1e-9` for text, and Data Designer the text for a number. */
export function writtenNumber(value: unknown): number | null {
  if (typeof value !== 'string') return plainNumber(value)
  const number = /\p{Nd}/u.test(value.replace(/[0-9]/g, '')) ? null : pythonFloat(value)
  return Number.isFinite(number) ? number : null
}

/** A number of a config, whether it was written as an integer or a float; null where it is none, or too large for a double. */
export function plainNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return value instanceof Float && Number.isFinite(value.value) ? value.value : null
}

/** An object field, or null where it is absent. */
export function objectAt(config: JsonObject, key: string, where: string): JsonObject | null {
  return fieldAt(config, key, where, 'an object', isObject)
}

/** A list field, or null where it is absent. */
export function listAt(config: JsonObject, key: string, where: string): Json[] | null {
  return fieldAt(config, key, where, 'a list', Array.isArray)
}

/** A field that is a list of texts, or null where it is absent. */
export function textsAt(config: JsonObject, key: string, where: string): string[] | null {
  return fieldAt(config, key, where, 'a list of texts', value => Array.isArray(value) && value.every(item => typeof item === 'string'))
}

/** A text field that must be one of a few words; null where it is absent. */
export function choiceAt<const Choice extends string>(
  config: JsonObject,
  key: string,
  where: string,
  choices: readonly Choice[],
): Choice | null {
  return fieldAt(config, key, where, `one of ${choices.join(', ')}`, value => choices.includes(value as Choice))
}

/** A text field that must be there; where another key is like it, that is told, since whoever misspelt a name is found by no other. */
export function requiredStringAt(config: JsonObject, key: string, where: string): string {
  const value = stringAt(config, key, where)
  if (value !== null) return value
  if (config[key] === undefined || config[key] === null) {
    const guess = config[key] === null ? null : nearest(key, Object.keys(config))
    mistake(`${key}: found nothing, expected text`, {
      where,
      ...(guess === null ? {} : { hint: `Is it what stands as '${shortened(guess)}'?` }),
    })
  }
  return MISSING_TEXT
}

/** Refuse keys nobody knows: a misspelt option must not pass for a default. */
export function refuseUnknownKeys(config: JsonObject, fields: Fields, where: string): void {
  const known = Object.keys(fields)
  for (const key of Object.keys(config)) {
    if (known.includes(key)) continue
    const guess = nearest(key, known)
    mistake(`Unknown key '${shortened(key)}': expected ${known.join(', ')}`, {
      where,
      ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
    })
  }
}

/**
 * Refuse options nobody knows, in code: JavaScript would drop them without a word. `known` are the keys of config files; options are
 * their camel case. Whoever writes the snake case of Data Designer is told the name.
 */
export function refuseUnknownOptions(options: object, known: Fields | Known<object> | readonly string[], where: string): void {
  const keys: readonly string[] = Array.isArray(known) ? known : Object.keys(known)
  for (const key of Object.keys(options)) {
    if (!key.includes('_') && keys.includes(key)) continue
    const names = keys.map(camelCase)
    if (names.includes(key)) continue
    const camel = camelCase(key)
    const guess = names.includes(camel) ? camel : nearest(camel, names)
    mistake(`Unknown option '${key}': expected ${names.join(', ')}`, {
      where,
      ...(guess === null ? {} : { hint: names.includes(camel) ? `Write it '${camel}'` : `Did you mean '${guess}'?` }),
    })
  }
}

/** Refuse what stands behind the arguments that a function takes: JavaScript would drop it without a word. */
export function refuseMore(more: readonly unknown[], where: string, takes: string): void {
  if (more.length === 0) return
  const [first] = more
  const names = isObject(first) ? Object.keys(first).map(key => `option '${shortened(key)}'`) : []
  throw new TracewrightError('usage', `Cannot use ${names.join(', ') || 'another argument'}: expected ${takes} alone`, { where })
}

/** A name as a message has it: what is longer than any name anybody gives is cut. */
export function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name
}

/** Names as a message lists them: of very many the first. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 30).map(shortened).join(', ')
  return names.length > 30 ? `${shown} and ${names.length - 30} more` : shown
}

/** Parameters of code under the names that configs have for these fields; what was named so already stays. */
export function snakeCased(params: unknown, fields: Fields): JsonObject {
  if (!isObject(params)) return {}
  const names = new Map(Object.keys(fields).map(key => [camelCase(key), key]))
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [names.get(key) ?? key, value]))
}

/** A key of config files as code writes it: `system_prompt` is `systemPrompt`. */
export function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** A constructor of plain options, under the name that Data Designer has for them: what it makes is the options, and keys nobody knows are refused. */
export function optionsNamed<Options extends object>(
  name: string,
  known: Fields | readonly string[],
  { fixed = {}, check = () => {} }: { fixed?: Partial<Options>; check?: (options: Options) => void } = {},
): new (
  ...args: Partial<Options> extends Options ? [options?: Options] : [options: Options]
) => Options {
  const named = {
    [name]: class {
      constructor(options: Options) {
        refuseUnknownOptions(options ?? {}, known, name)
        for (const [key, value] of Object.entries(fixed)) {
          const found = (options as { [key: string]: unknown } | undefined)?.[key] ?? value
          if (found !== value) refuse(`${key}: found ${writeJson(found)}, expected ${writeJson(value)}`, name)
        }
        Object.assign(this, options, fixed)
        check(this as unknown as Options)
      }
    },
  }
  return named[name] as never
}
