import { describe, expect, it } from 'vitest'
import { compileTemplate, TemplateError } from './template.ts'
import { hostileContext, takeTouched } from './testing/hostile-context.ts'

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
    takeTouched()
    expect(() => render(template)).toThrow(TemplateError)
    expect(takeTouched()).toEqual([])
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
    takeTouched()
    expect(
      render(
        '{{ host }}{{ nested }}{{ host ~ call }}{{ host.trap }}{{ host.secret }}{{ [host] | string }}{{ host == host }}{{ host is defined }}',
      ),
    ).not.toContain('SECRET')
    expect(takeTouched()).toEqual([])
  })
})
