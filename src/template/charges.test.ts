import { describe, expect, it } from 'vitest'
import { TemplateError } from './error.ts'
import { filters } from './filters/filters.ts'
import { tests } from './jinja-tests.ts'
import { dictMethods } from './methods/dict.ts'
import { listMethods, sequenceMethods } from './methods/list.ts'
import { textMethods } from './methods/text.ts'
import { compileTemplate } from './template.ts'
import type { Native } from './values/native.ts'

/*
 * What an operation costs is counted, not timed: done once on a large value it takes so many steps that no rendering can do it often.
 */

/** Large values of every kind, by name. */
const VALUES = {
  text: 'a'.repeat(100_000),
  spaces: ' '.repeat(100_000),
  digits: '7'.repeat(100_000),
  pairs: '\u{1F600}'.repeat(50_000),
  tags: '<'.repeat(100_000),
  lines: 'a\n'.repeat(50_000),
  list: Array.from({ length: 10_000 }, (_, i) => i % 7),
  dict: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])),
}

/** Characters and items that may be gone through for one step. */
const CHARACTERS = 64
const ITEMS = 16

/** What natives are given, so that most of them do what they are for. */
const ARGUMENTS = ['', "'a'", '2', "'a', 'b'", "'x', 'y', 1", 'other', 'text', "'k1', 'k2'"]

/** Operators on a large value, `x`; `other` is equal to it and not the same. */
const OPERATORS = [
  'x == other',
  'x != other',
  'x < other',
  'x >= other',
  "'b' in x",
  "'b' not in x",
  'x + x',
  'x * 2',
  'x ~ x',
  'x[::-1]',
  'x[::2]',
  "x % ('b',)",
  '(x, 1) == (other, 1)',
  'x[5] if x is string else [x, other] | sort',
]

/** Operators that take the same time for a value of any size. */
const QUICK = ['not x', 'x and 1', 'x or 1', 'x is defined', 'x is none', 'x is string', 'x is iterable', 'x is mapping', 'x if x else 1']

type Kind = keyof typeof VALUES

/** Equal to the values, and not the same. */
const OTHERS = structuredClone(VALUES)

/** What a rendering does within a number of steps: 'limit' where they are not enough, 'done', or which other error it ends in. */
function within(steps: number, source: string, kind: Kind): string {
  try {
    compileTemplate(`{% set r = ${source} %}`).render({ x: VALUES[kind], other: OTHERS[kind], text: VALUES.text }, { limits: { steps } })
    return 'done'
  } catch (error) {
    if (error instanceof TemplateError) return error.problem
    throw error
  }
}

function leastSteps(kind: Kind): number {
  const value = VALUES[kind]
  if (typeof value === 'string') return value.length / CHARACTERS
  return (Array.isArray(value) ? value.length : Object.keys(value).length) / ITEMS
}

/** Sources that end without an error though they may take but few steps: operations that go through the value for less than that. */
function cheap(sources: readonly string[], kinds = Object.keys(VALUES) as Kind[]): string[] {
  const found: string[] = []
  for (const kind of kinds)
    for (const source of sources) if (within(leastSteps(kind) * 0.9, source, kind) === 'done') found.push(`${kind}: ${source}`)
  return found
}

function calls(table: { readonly [name: string]: unknown }, constant: boolean, write: (name: string, args: string) => string): string[] {
  const names = Object.keys(table).filter(name => ((table[name] as Native).isConstant ?? false) === constant)
  return names.flatMap(name => ARGUMENTS.map(args => write(name, args)))
}

const FILTER = (name: string, args: string) => `x | ${name}(${args})`
const METHOD = (name: string, args: string) => `x.${name}(${args})`
const TEST = (name: string, args: string) => `x is ${name}(${args})`
const named = Object.fromEntries(Object.entries(tests).filter(([name]) => /^\w+$/.test(name)))

describe('a large value costs what it takes to go through it', () => {
  it('in every filter', () => {
    expect(cheap(calls(filters, false, FILTER))).toEqual([])
  }, 60_000)

  it('in every method', () => {
    expect(cheap(calls(textMethods, false, METHOD), ['text', 'spaces', 'digits', 'pairs', 'tags', 'lines'])).toEqual([])
    expect(cheap(calls({ ...sequenceMethods, ...listMethods }, false, METHOD), ['list'])).toEqual([])
    expect(cheap(calls(dictMethods, false, METHOD), ['dict'])).toEqual([])
  }, 60_000)

  it('in every test', () => {
    expect(cheap(calls(named, false, TEST))).toEqual([])
  }, 60_000)

  it('in every operator', () => {
    const quick = cheap(OPERATORS)
    // Of values that differ in their first item nothing more is looked at; a dictionary finds its keys at once.
    expect(quick).toEqual(["dict: 'b' in x", "dict: 'b' not in x"])
  })

  it('but not where only its kind is asked for', () => {
    for (const kind of Object.keys(VALUES) as Kind[]) for (const source of QUICK) expect(within(20, source, kind), source).toBe('done')
  })

  it('however long the integer is', () => {
    const sources = [
      'n * n',
      'n ** 2',
      'n // 3 * n',
      'n | string',
      'n ~ 1',
      '[n] | string',
      '[n] | tojson',
      'n % (n - 1)',
      'n | abs',
      'n | round(-900)',
    ]
    for (const source of sources) {
      const loop = `{% set n = 10 ** 9000 %}{% for i in range(100000) %}{% set r = ${source} %}{% endfor %}`
      expect(() => compileTemplate(loop).render({}), source).toThrow('steps')
    }
  }, 60_000)
})

it('a long expression costs its length every time', () => {
  const wide = Array.from({ length: 50_000 }, () => '1').join(', ')
  for (const statement of [
    `{% set r = [${wide}] %}`,
    `{% if false %}{% ${'elif false %}{% '.repeat(20_000)}endif %}`,
    `{{ ${'i ~ '.repeat(500)}i }}`.repeat(60),
    `{% for j in [1] if [${wide}] %}{% endfor %}`,
  ]) {
    const template = compileTemplate(`{% for i in range(100000) %}${statement}{% endfor %}`)
    expect(() => template.render({}, { limits: { steps: 500_000 } })).toThrow('steps')
  }
})

it('what templates usually do is far from the limits', () => {
  const messages = Array.from({ length: 2000 }, (_, i) => ({ role: i % 2 ? 'assistant' : 'user', content: `turn ${i} `.repeat(60) }))
  const template = compileTemplate(`{% set ns = namespace(n=0, kept=[]) %}
{%- for m in messages if m.content is string and m.content | trim %}
{{- loop.index }}. {{ m.role | upper }}: {{ m.content | replace('\\n', ' ') | truncate(200) }}
{%- set ns.n = ns.n + m.content | length %}{% do ns.kept.append(m.content.split(' ')[0]) %}
{% endfor %}
{{ messages | tojson | length }} {{ messages | map(attribute='role') | unique | sort | join(', ') }} {{ ns.n }} {{ ns.kept | length }}`)
  expect(template.render({ messages }, { limits: { steps: 400_000 } })).toMatch(/assistant, user \d+ 2000$/)
})

it('the filter title is charged for each word', () => {
  const template = compileTemplate('{% for i in range(1000) %}{% set y = x | title %}{% endfor %}')
  expect(() => template.render({ x: 'a b'.repeat(100_000) }, { limits: { steps: 5_000_000 } })).toThrow('Template takes more than')
  expect(compileTemplate('{{ x | title }}').render({ x: 'a-b (c <b>d' }, { limits: { steps: 100 } })).toBe('A-B (C <B>d')
})
