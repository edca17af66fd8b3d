import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filters } from './filters.ts'
import { compileTemplate, TemplateError } from './template.ts'
import { tests } from './tests.ts'

let touched: string[] = []

/** What a careless caller may put into a row: everything here tells when template code reaches it. */
class Host {
  secret = 'SECRET'
  get trap(): string {
    touched.push('getter')
    return 'SECRET'
  }
  method(): string {
    touched.push('method')
    return 'SECRET'
  }
  toJSON(): string {
    touched.push('toJSON')
    return 'SECRET'
  }
  toString(): string {
    touched.push('toString')
    return 'SECRET'
  }
  [Symbol.iterator](): Iterator<string> {
    touched.push('iterator')
    return ['SECRET'][Symbol.iterator]()
  }
}

function hostileContext(): Record<string, unknown> {
  const call = () => touched.push('function')
  return {
    text: 'hello',
    number: 3,
    list: [1, 'a', null, [2]],
    dict: { a: 1, b: { c: 'x' } },
    host: new Host(),
    call,
    nested: { host: new Host(), run: call, list: [new Host(), call] },
    parsed: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "own", "toString": 5}'),
    bare: Object.assign(Object.create(null), { a: 1 }),
    date: new Date(0),
    map: new Map([['a', 'SECRET']]),
    pattern: /x/,
    symbol: Symbol('s'),
    error: new Error('SECRET'),
    buffer: new Uint8Array(4),
  }
}

function render(template: string): string {
  return compileTemplate(template).render(hostileContext(), { limits: { steps: 100_000, output: 200_000 } })
}

describe('the sandbox', () => {
  const names = [
    'constructor',
    'prototype',
    '__proto__',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    '__lookupGetter__',
    'call',
    'apply',
    'bind',
    'caller',
    'arguments',
  ]
  const values = [
    "''",
    '5',
    '1.5',
    'true',
    'none',
    '[]',
    '{}',
    '(1,)',
    'range(3)',
    'range',
    'dict',
    'lipsum',
    'cycler(1)',
    'joiner()',
    'namespace()',
    "''.upper",
    '[].append',
    '{}.items',
    "('x' | safe)",
    '{}.items()',
    "([1] | map('string'))",
    'zz',
    'text',
    'list',
    'dict',
    'host',
    'call',
    'nested',
    'date',
    'map',
    'self',
    'error',
    'buffer',
    'symbol',
  ]

  it.each(values)('has no way from %s to the host', value => {
    for (const name of names) {
      for (const access of [
        `(${value}).${name}`,
        `(${value})['${name}']`,
        `(${value}) | attr('${name}')`,
        `([${value}] | map(attribute='${name}') | first)`,
      ]) {
        let text = ''
        try {
          text = render(`{{ ${access} }}`)
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError)
        }
        expect([access, text]).toEqual([access, ''])
      }
    }
  })

  it.each([
    "{{ ''.constructor.constructor('return process')() }}",
    "{{ ''['constructor']['constructor']('return process')() }}",
    "{{ ''|attr('constructor')|attr('constructor') }}{{ (''|attr('constructor'))('x') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(text) }}x{{ '{0.__class__.mro}'.format(text) }}",
    "{{ '{0[constructor][constructor]}'.format(list) }}",
    "{{ dict.constructor('x') }}",
    "{{ range.constructor('return 1')() }}",
    '{{ self._TemplateReference__context.cycler.__init__.__globals__ }}',
    '{{ cycler.__init__.__globals__.os }}',
    '{{ lipsum.__globals__["os"] }}',
    '{{ call() }}',
    '{{ host.method() }}',
    '{{ nested.run() }}',
    '{{ map.get("a") }}',
    '{% for x in host %}{{ x }}{% endfor %}',
    '{% for x in map %}{{ x }}{% endfor %}',
    '{{ host | list }}',
    '{{ host | length }}',
    '{{ {}.__proto__.polluted.x }}',
  ])('refuses %s', template => {
    touched = []
    expect(() => render(template)).toThrow(TemplateError)
    expect(touched).toEqual([])
  })

  it('sees own keys of rows, whatever their names, and nothing behind them', () => {
    expect(
      render(
        "{{ parsed.constructor }} {{ parsed['toString'] }} {{ parsed['__proto__'] }} {{ dict['toString'] }} {{ parsed.polluted }} {{ bare.a }}",
      ),
    ).toBe('own 5 {"polluted":1}   1')
  })

  it('keeps keys named __proto__ as keys', () => {
    const made = compileTemplate("{{ {'__proto__': {'polluted': 1}} }}").evaluate({}) as object
    expect(Object.keys(made)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('shows host objects without asking them', () => {
    touched = []
    expect(
      render(
        '{{ host }}{{ nested }}{{ host ~ call }}{{ host.trap }}{{ host.secret }}{{ [host] | string }}{{ host == host }}{{ host is defined }}',
      ),
    ).not.toContain('SECRET')
    expect(touched).toEqual([])
  })
})

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
        touched = []
        const before = Object.getOwnPropertyNames(Object.prototype).length
        try {
          const text = compileTemplate(source).render(hostileContext(), { values, limits: { steps: 20_000, output: 50_000 } })
          expect(text.length).toBeLessThanOrEqual(50_000)
          expect(text).not.toContain('SECRET')
          expect(text).not.toContain('native code')
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
        }
        expect(touched).toEqual([])
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
