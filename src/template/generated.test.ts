import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filters } from './filters/filters.ts'
import { tests } from './jinja-tests.ts'
import { compileTemplate, TemplateError } from './template.ts'
import { hostileContext, takeTouched } from './testing/hostile-context.ts'

describe('generated templates', () => {
  const contextNames = Object.keys(hostileContext())
  const atom = fc.constantFrom(
    ...contextNames,
    'zz',
    '1',
    '-1',
    '2.5',
    '99999999999',
    "'a'",
    "'%s%s'",
    "'{}{0.a}'",
    "'constructor'",
    "'__proto__'",
    'none',
    'true',
    '[]',
    '{}',
    '(1,)',
    'range(9)',
    'loop',
    'self',
  )
  const attribute = fc.constantFrom(
    'constructor',
    '__proto__',
    'a',
    'b',
    'secret',
    'trap',
    'items',
    'format',
    'append',
    'update',
    'join',
    'split',
    'method',
    'x',
    'call',
    'next',
    'cycle',
    'toJSON',
    'then',
  )
  const filterName = fc.constantFrom(...Object.keys(filters))
  const testName = fc.constantFrom(...Object.keys(tests).filter(name => /^\w+$/.test(name)))

  const { expression } = fc.letrec<{ expression: string }>(tie => {
    const inner = tie('expression')
    const given = fc.array(inner, { maxLength: 3 }).map(list => `(${list.join(', ')})`)
    return {
      expression: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        atom,
        fc.tuple(inner, attribute).map(([value, name]) => `(${value}).${name}`),
        fc.tuple(inner, attribute, given).map(([value, name, args]) => `(${value}).${name}${args}`),
        fc.tuple(inner, inner).map(([value, key]) => `(${value})[${key}]`),
        fc.tuple(inner, given).map(([value, args]) => `(${value})${args}`),
        fc.tuple(inner, filterName, fc.option(given)).map(([value, name, args]) => `(${value}) | ${name}${args ?? ''}`),
        fc.tuple(inner, testName, fc.option(given)).map(([value, name, args]) => `(${value}) is ${name}${args ?? ''}`),
        fc
          .tuple(inner, fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '~', '==', '<', 'in', 'and', 'or'), inner)
          .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
        fc.tuple(inner, inner).map(([a, b]) => `[${a}, {'k': ${b}}]`),
      ),
    }
  })
  const { template } = fc.letrec<{ template: string }>(tie => ({
    template: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      expression.map(value => `{{ ${value} }}`),
      fc.tuple(expression, tie('template')).map(([value, body]) => `{% for x in ${value} %}${body}{% endfor %}`),
      fc.tuple(expression, tie('template')).map(([value, body]) => `{% if ${value} %}${body}{% endif %}`),
      fc.tuple(expression, tie('template')).map(([value, body]) => `{% set zz = ${value} %}${body}{{ zz }}`),
      fc.tuple(tie('template'), tie('template')).map(([a, b]) => `{% macro m(x) %}${a}{% endmacro %}${b}{{ m(zz) }}`),
      fc.tuple(expression, tie('template')).map(([value, body]) => `{% do ${value} %}${body}`),
    ),
  }))

  it('end within their limits, in text or in a TemplateError, and never reach the host', () => {
    fc.assert(
      fc.property(template, fc.constantFrom('json' as const, 'python' as const), (source, values) => {
        takeTouched()
        const before = Object.getOwnPropertyNames(Object.prototype).length
        try {
          const text = compileTemplate(source).render(hostileContext(), { values, limits: { steps: 20_000, output: 50_000 } })
          expect(text.length).toBeLessThanOrEqual(50_000)
          expect(text).not.toContain('SECRET')
          expect(text).not.toContain('native code')
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
        }
        expect(takeTouched()).toEqual([])
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before)
      }),
      { numRuns: 3000 },
    )
  })

  it('never give a function away', () => {
    const holdsFunction = (value: unknown, seen = new Set<unknown>()): boolean => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return typeof value === 'function'
      seen.add(value)
      return Object.values(value).some(item => holdsFunction(item, seen))
    }
    const { call: _, nested: __, ...context } = hostileContext()
    fc.assert(
      fc.property(expression, source => {
        try {
          const value = compileTemplate(`{{ ${source} }}`).evaluate(context, { limits: { steps: 20_000, output: 50_000 } })
          expect(holdsFunction(value)).toBe(false)
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('that are any text at all are read or refused', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      '-',
      '+',
      ' ',
      '\n',
      'if',
      'endif',
      'for',
      'in',
      'x',
      '.',
      '|',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '\\',
      'raw',
      'endraw',
      '1',
      'set',
      '=',
      ',',
      ':',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        try {
          compileTemplate(pieces.join(''))
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
        }
      }),
      { numRuns: 3000 },
    )
  })
})
