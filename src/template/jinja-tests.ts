import { table } from '../json/table.ts'
import { nearest } from '../nearest.ts'
import { Failure } from './error.ts'
import type { Run } from './run.ts'
import { arithmetic } from './values/arithmetic.ts'
import { compare, contains, equals } from './values/compare.ts'
import { isDict } from './values/dict.ts'
import { isIterable } from './values/iterate.ts'
import { isCased } from './values/letter-case.ts'
import { callNative, type Native } from './values/native.ts'
import { textOf } from './values/text.ts'
import { isFloat, isInteger, type Keywords, Markup, numeric, Special, Stream, stringOf, Undefined } from './values/values.ts'

/** A test as the registry knows it: what `is` asks. */
export type Test = Native & { description: string }

/** A test that looks at the kind of a value alone. */
function kind(description: string, apply: (value: unknown) => boolean): Test {
  return { description, takes: [], isConstant: true, apply: (_, value) => apply(value) }
}

function test(description: string, takes: readonly string[], apply: (run: Run, value: unknown, other: unknown) => boolean): Test {
  return { description, takes, apply }
}

const isDefined = (value: unknown) => !(value instanceof Undefined)
const equal = test('Whether both are equal.', ['other'], equals)
const unequal = test('Whether both differ.', ['other'], (run, a, b) => !equals(run, a, b))
const greater = test('Whether the value is greater.', ['other'], (run, a, b) => compare(run, a, b, '>') > 0)
const atLeast = test('Whether the value is greater or equal.', ['other'], (run, a, b) => compare(run, a, b, '>=') >= 0)
const less = test('Whether the value is less.', ['other'], (run, a, b) => compare(run, a, b, '<') < 0)
const atMost = test('Whether the value is less or equal.', ['other'], (run, a, b) => compare(run, a, b, '<=') <= 0)

function remainderIs(run: Run, value: unknown, divisor: unknown, wanted: number): boolean {
  return equals(run, arithmetic(run, 'Mod', value, divisor), wanted)
}

/** Texts are the same where they are equal, for which the engine compares them. */
function isSame(_run: Run, value: unknown, other: unknown): boolean {
  return value === other
}

/** Something undefined counts, as Python's object for it has a method that fails when it is called. */
function isCallable(value: unknown): boolean {
  return value instanceof Undefined || (value instanceof Special && 'invoke' in value)
}

function isSequence(value: unknown): boolean {
  return isIterable(value) && !(value instanceof Stream)
}

function hasCase(run: Run, value: unknown, change: (text: string) => string): boolean {
  const text = textOf(run, value)
  return isCased(text) && text === change(text)
}

/** Every test by its name. */
export const tests: { readonly [name: string]: Test | undefined } = table<Test>({
  boolean: kind('Whether the value is true or false.', value => typeof value === 'boolean'),
  callable: kind('Whether the value can be called.', value => isCallable(value)),
  defined: kind('Whether the value is defined.', value => isDefined(value)),
  divisibleby: test('Whether the number is divisible by another.', ['num'], (run, value, divisor) => remainderIs(run, value, divisor, 0)),
  eq: equal,
  equalto: equal,
  '==': equal,
  escaped: kind('Whether the text is HTML already.', value => value instanceof Markup),
  even: test('Whether the number is even.', [], (run, value) => remainderIs(run, value, 2, 0)),
  false: kind('Whether the value is false itself.', value => value === false),
  filter: test('Whether there is a filter of this name.', [], (run, value) => run.options.filters.has(stringOf(value) ?? '')),
  float: kind('Whether the value is a float.', value => isFloat(value)),
  ge: atLeast,
  '>=': atLeast,
  greaterthan: greater,
  gt: greater,
  '>': greater,
  in: test('Whether the value is in a list, dictionary or text.', ['seq'], (run, value, container) => contains(run, container, value)),
  integer: kind('Whether the value is an int.', value => isInteger(value)),
  iterable: kind('Whether the value has items to go through.', isIterable),
  le: atMost,
  '<=': atMost,
  lessthan: less,
  lower: test('Whether the text is in lower case.', [], (run, value) => hasCase(run, value, text => text.toLowerCase())),
  lt: less,
  '<': less,
  mapping: kind('Whether the value is a dictionary.', value => isDict(value)),
  ne: unequal,
  '!=': unequal,
  none: kind('Whether the value is none.', value => value === null),
  number: kind('Whether the value is a number; true and false count as numbers.', value => numeric(value) !== null),
  odd: test('Whether the number is odd.', [], (run, value) => remainderIs(run, value, 2, 1)),
  sameas: test('Whether both are one and the same value.', ['other'], isSame),
  sequence: kind('Whether the value has a length and items to go through.', value => isSequence(value)),
  string: kind('Whether the value is text.', value => stringOf(value) !== null),
  test: test('Whether there is a test of this name.', [], (_, value) => tests[stringOf(value) ?? ''] !== undefined),
  true: kind('Whether the value is true itself.', value => value === true),
  undefined: kind('Whether the value is not defined.', value => !isDefined(value)),
  upper: test('Whether the text is in upper case.', [], (run, value) => hasCase(run, value, text => text.toUpperCase())),
})

/** The test of that name. Throws where there is none. */
export function testNamed(name: string): Test {
  const found = tests[name]
  if (found !== undefined) return found
  const guess = nearest(name, Object.keys(tests))
  throw new Failure('filter', `No test named '${name}'`, guess === null ? {} : { hint: `Did you mean '${guess}'?` })
}

/** Apply a test by its name, as `select('odd')` does. */
export function callTest(run: Run, name: string, value: unknown, args: readonly unknown[], keywords: Keywords): boolean {
  return callNative(name, testNamed(name), run, value, args, keywords) === true
}
