import { describe, expect, it } from 'vitest'
import { Float } from '../json/lossless.ts'
import { Random } from '../random.ts'
import { compileTemplate, renderTemplate } from './template.ts'
import { failureOf } from './testing/failure-of.ts'

const row = {
  messages: [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: null },
  ],
  judge: { quality: { score: 4 } },
  digits: '42',
  jsonish: '{"a": 1}',
}

describe('render()', () => {
  it('writes values as JSON unless told otherwise', () => {
    const context = {
      list: [1, 'a', null, true, { x: 1.5 }],
      none: null,
      yes: true,
      whole: new Float(2),
      big: 12345678901234567890n,
      text: 'a "b"',
    }
    expect(
      renderTemplate('{{ list }} {{ none }} {{ yes }} {{ whole }} {{ big }} {{ text }} {{ (1, 2) }} {{ 6 / 2 }} {{ zz }}', context),
    ).toBe('[1,"a",null,true,{"x":1.5}] null true 2.0 12345678901234567890 a "b" [1,2] 3.0 ')
  })

  it('writes values as Python prints them when asked', () => {
    const context = { list: [1, "it's", null, true, new Float(2)] }
    expect(renderTemplate('{{ list }} {{ 6 / 2 }} {{ none }}', context, { values: 'python' })).toBe(
      '[1, "it\'s", None, True, 2.0] 3.0 None',
    )
  })

  it('leaves text that looks like JSON as text', () => {
    expect(renderTemplate('{{ digits is string }} {{ jsonish.a is defined }}', row)).toBe('true false')
  })

  it('joins values as it writes them', () => {
    expect(renderTemplate("{{ messages | map(attribute='content') | join(',') }}|{{ 'x' ~ [1] }}", row)).toBe('hi,null|x[1]')
  })

  it('never changes the row', () => {
    const context = { list: [3, 1, 2], pair: { a: 1 } }
    expect(renderTemplate('{% set copy = list | list %}{% do copy.append(4) %}{{ copy }}{{ list | sort }}', context)).toBe(
      '[3,1,2,4][1,2,3]',
    )
    expect(failureOf('{% do list.append(4) %}', context).problem).toBe('security')
    expect(failureOf("{% do pair.update({'a': 2}) %}", context).problem).toBe('security')
    expect(context).toEqual({ list: [3, 1, 2], pair: { a: 1 } })
  })
})

describe('evaluate()', () => {
  it('gives the very object for a template that is one expression', () => {
    const drawn = compileTemplate('{{ messages | random }}').evaluate(row, { random: new Random(1) })
    expect(row.messages).toContain(drawn)
    expect(compileTemplate('{{ messages }}').evaluate(row)).toBe(row.messages)
  })

  it('gives plain values for what templates make', () => {
    const template = compileTemplate("{{ {'t': (1, 2.0), 'r': range(2), 'm': messages | map(attribute='role'), 'u': zz} }}")
    expect(template.evaluate(row)).toEqual({ t: [1, 2], r: [0, 1], m: ['user', 'assistant'], u: null })
    expect(compileTemplate('{{ zz }}').evaluate(row)).toBeUndefined()
  })

  it('gives text for anything else', () => {
    expect(compileTemplate('{{ judge.quality.score }}!').evaluate(row)).toBe('4!')
    expect(compileTemplate('').evaluate(row)).toBe('')
  })
})

describe('random', () => {
  it('draws the same from streams of the same seed', () => {
    const draw = (seed: number) =>
      renderTemplate('{% for i in range(20) %}{{ range(100) | random }} {% endfor %}{{ lipsum(1) }}', {}, { random: new Random(seed) })
    expect(draw(7)).toBe(draw(7))
    expect(draw(7)).not.toBe(draw(8))
  })
})

describe('references', () => {
  const references = (source: string) => compileTemplate(source).references.toSorted()

  it('are the free names, without what the template assigns or Jinja brings', () => {
    expect(references('{% set a = b %}{{ a }}{{ range(3) }}{% for x in xs %}{{ x }}{{ loop.index }}{{ y }}{% endfor %}{{ x }}')).toEqual([
      'b',
      'x',
      'xs',
      'y',
    ])
    expect(references('{% macro m(p, q=r) %}{{ p }}{{ q }}{{ s }}{{ varargs }}{% endmacro %}{{ m(t) }}')).toEqual(['r', 's', 't'])
    expect(references('{% with a = b %}{{ a }}{% endwith %}{{ a }}')).toEqual(['a', 'b'])
  })

  it('count a name that only some branches assign', () => {
    expect(references('{% if a %}{% set x = 1 %}{% endif %}{{ x }}')).toEqual(['a', 'x'])
    expect(references('{% if a %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}')).toEqual(['a'])
  })

  it('are followed as far as names are constant', () => {
    const { accessChains } = compileTemplate(
      "{{ judge.quality['score'] }}{{ messages[0].content }}{{ name.upper() }}{{ judge.quality['score'] }}",
    )
    expect(accessChains).toEqual([['judge', 'quality', 'score'], ['messages'], ['name']])
  })
})

describe('errors', () => {
  it('name the line and show the place', () => {
    const error = failureOf('line one\n{{ judge.quality.zz.yy }}', row, { name: 'prompt' })
    expect(error).toMatchObject({ kind: 'template', problem: 'undefined', where: 'prompt:2', line: 2 })
    expect(error.report).toBe("prompt:2: 'dict object' has no attribute 'zz'\n2 | {{ judge.quality.zz.yy }}\n  |                    ^")
  })

  it('say what kind of problem it is', () => {
    const problems: Record<string, string> = {
      '{% if x %}': 'syntax',
      '{{ x | nope }}': 'filter',
      '{{ x is nope }}': 'filter',
      "{{ messages | join(',', zz=1) }}": 'argument',
      '{{ zz.yy }}': 'undefined',
      "{{ 1 + 'a' }}": 'type',
      "{{ ''.__class__.__mro__ }}": 'security',
      '{{ range(1000000) }}': 'limit',
      "{% include 'x' %}": 'loader',
    }
    for (const [template, problem] of Object.entries(problems))
      expect([template, failureOf(template, row).problem]).toEqual([template, problem])
  })

  it('guess what a misspelt filter was meant to be', () => {
    expect(failureOf('{{ x | uper }}').sentence).toBe("template:1: No filter named 'uper'. Did you mean 'upper'?")
  })

  it('tell every filter and test that nobody knows, in their order', () => {
    for (const [template, unknown] of [
      ['{{ x | uper }} {{ x | lowr | trimm }}', ['uper', 'lowr', 'trimm']],
      ['{{ x is evn or x | nott }}', ['evn', 'nott']],
      ['{% for i in x | srt %}{{ i | uper }}{% endfor %}\n{% set y = x is udefined %}', ['srt', 'uper', 'udefined']],
      ['{{ [x | a1, x | a1] }}', ['a1', 'a1']],
      ['{{ (x | a1) if x else 0 }}{{ x | b1 }}', ['a1', 'b1']],
    ] as const) {
      const error = failureOf(template)
      expect([error, ...error.others].map(({ message }) => /'(.*)'/.exec(message)![1])).toEqual(unknown)
    }
    expect(failureOf('{{ x | a1 }}\n{{ y | b1 }}').others[0]).toMatchObject({ problem: 'filter', line: 2 })
    expect(failureOf('{{ x | a1 }}{{ x | pprint2 }}', row, { profile: 'strict' }).others).toHaveLength(1)
  })

  it('of the strict profile keep the reason as the hint and the cause', () => {
    const error = failureOf('{{ nope }}', row, { profile: 'strict' })
    expect(error.message).toBe('User provided prompt generation template is invalid.')
    expect(error.hint).toBe("Unknown variable references in Jinja template: {'nope'}")
    expect(error.cause).toMatchObject({ problem: 'undefined' })
  })

  it('of an empty strict rendering name every field that may be the reason', () => {
    const error = failureOf("{{ a }}{{ b.c }}{{ d['e f'] }}", { a: '', b: {}, d: { 'e f': '' } }, { profile: 'strict' })
    expect(error.problem).toBe('empty')
    expect(error.message).toContain(
      "  - a (resolved to empty string)\n  - b.c (missing from record)\n  - d['e f'] (resolved to empty string)",
    )
  })
})
