import { describe, expect, it } from 'vitest'
import { compileTemplate, type TemplateError, wordOfJinja } from './template.ts'

const unreached = (template: string) => compileTemplate(template).unreached.map(({ sentence }) => sentence.replace('template:', ''))

describe('words that nobody knows, where Jinja tells only when it gets to them', () => {
  const UPPER = "No filter named 'uper'. Did you mean 'upper'?"
  it.each([
    '{% if a %}{{ x | uper }}{% endif %}',
    '{% if a %}{% elif b %}{{ x | uper }}{% endif %}',
    '{% if a %}{% else %}{{ x | uper }}{% endif %}',
    '{% if x | uper %}{% endif %}',
    '{% if a %}{% elif x | uper %}{% endif %}',
    '{{ (x | uper) if a else 1 }}',
    '{{ 1 if a else (x | uper) }}',
    '{% if a %}{% for i in x | uper %}{% endfor %}{% endif %}',
    '{% for i in x %}{% if i %}{{ i | uper }}{% endif %}{% endfor %}',
    '{% for i in x if (i | uper if a else 1) %}{% endfor %}',
    '{% for i in x %}{% else %}{% if a %}{{ a | uper }}{% endif %}{% endfor %}',
    '{% if a %}{% set y = x | uper %}{% endif %}',
    '{% if a %}{% set y | uper %}x{% endset %}{% endif %}',
    '{% if a %}{% filter uper %}x{% endfilter %}{% endif %}',
    '{% if a %}{% macro m(x=(1 | uper)) %}{% endmacro %}{% endif %}',
    '{% if a %}{% with y = x | uper %}{% endwith %}{% endif %}',
    '{% if a %}{% autoescape true %}{{ x | uper }}{% endautoescape %}{% endif %}',
    '{% if a %}{% do x.append(1 | uper) %}{% endif %}',
    "{% if a %}{{ [{'k': x | uper}, (1, x[y:])] }}{% endif %}",
    '{% if a %}{{ f(x, *y, **(z | uper)) }}{% endif %}',
    "{{ x | map('uper') | list }}",
    "{% if a %}{{ x | map('uper') | list }}{% endif %}",
  ])('a filter in %s', template => {
    expect(unreached(template)).toEqual([`1: ${UPPER}`])
  })

  it.each([
    '{% if x is evn %}{% endif %}',
    '{{ 1 if x is not evn }}',
    "{{ x | select('evn') | list }}",
    "{{ x | reject('evn') | list }}",
    "{{ x | selectattr('age', 'evn') | list }}",
    "{{ x | rejectattr('age', 'evn') | list }}",
  ])('a test in %s', template => {
    expect(unreached(template)).toEqual(["1: No test named 'evn'. Did you mean 'even'?"])
  })

  it.each(['{{ x.uper() }}', '{% if a %}{{ x.y[0].uper() }}{% endif %}', "{{ 'abc'.uper() }}"])('a method in %s', template => {
    expect(unreached(template)).toEqual(["1: No value has a method 'uper'. Did you mean 'upper'?"])
  })

  it('all of them, in their order, each with its line', () => {
    expect(unreached('{% if a %}{{ x | uper }}\n{{ x is evn }}{% endif %}\n{{ x.lowr() }}')).toEqual([
      `1: ${UPPER}`,
      "2: No test named 'evn'. Did you mean 'even'?",
      "3: No value has a method 'lowr'. Did you mean 'lower'?",
    ])
  })

  it('together with those that Jinja tells at once', () => {
    try {
      compileTemplate('{{ x | lowr }}{% if a %}{{ x | uper }}{% endif %}{{ x.titl() }}')
      expect.unreachable()
    } catch (error) {
      const { others } = error as TemplateError
      expect([(error as TemplateError).message, ...others.map(({ message }) => message)]).toEqual([
        "No filter named 'lowr'",
        "No filter named 'uper'",
        "No value has a method 'titl'",
      ])
    }
  })

  it.each([
    "{% if 'uper' is filter %}{{ x | uper }}{% endif %}",
    "{% if 'uper' is not filter %}{% else %}{{ x | uper }}{% endif %}",
    "{{ (x | uper) if 'uper' is filter else x }}",
    "{% set has = 'uper' is filter %}{% if has %}{{ x | map('uper') | list }}{% endif %}",
    "{% if 'evn' is test %}{{ x is evn }}{{ x | select('evn') | list }}{% endif %}",
    '{{ x | map(name) | list }}{{ x | select(name) | list }}',
    "{{ x | map(attribute='uper') | list }}{{ x | selectattr('uper') | list }}",
    "{{ x | selectattr('a', 'in', y) | list }}{{ x | select('==', 1) | list }}",
    '{% set ns = namespace() %}{% set ns.uper = x %}{{ ns.uper() }}',
    '{% macro m() %}{% endmacro %}{{ namespace(uper=m).uper() }}',
    "{% macro m() %}{% endmacro %}{{ {'uper': m}.uper() }}",
    '{% block uper %}{% endblock %}{{ self.uper() }}',
    '{% if x.uper is defined %}{{ x.uper() }}{% endif %}',
    '{% for i in x %}{{ loop.cycle(1, 2) }}{{ loop.changed(i) }}{% endfor %}',
    "{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.reset() }}{{ '%s'.format(1) }}{{ (x | safe).unescape() }}",
  ])('and none of what a template may well know: %s', template => {
    expect(unreached(template)).toEqual([])
  })

  it('leaves rendering as Jinja has it', () => {
    const template = compileTemplate('{% if a %}{{ x | uper }}{% endif %}fine')
    expect(template.render({ a: false })).toBe('fine')
    expect(() => template.render({ a: true })).toThrow("No filter named 'uper'")
  })

  it('holds a strict template to the filters it may use, wherever they stand', () => {
    const [error] = compileTemplate('{% if a %}{{ x | tojson }}{% endif %}{{ a }}', { profile: 'strict' }).unreached
    expect(error?.message).toContain('`{{ ... | tojson }}` is not a permitted operation')
  })
})

describe('wordOfJinja()', () => {
  it.each([
    ['len', 'There is a filter for it: {{ … | length }}'],
    ['sum', 'There is a filter for it: {{ … | sum }}'],
    ['rnge', "Did you mean the function 'range'?"],
    ['namespce', "Did you mean the function 'namespace'?"],
    ['whatever', null],
    ['constructor', null],
  ])('%s', (name, hint) => {
    expect(wordOfJinja(name)).toBe(hint)
  })
})
