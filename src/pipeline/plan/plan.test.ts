import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ColumnConfig, SkipConfig } from '../../column/column.ts'
import * as columnTypes from '../../column/columns.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { AS_DATA_DESIGNER } from '../../column/testing/fill.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import type { Row } from '../../row.ts'
import { DropColumnsProcessorConfig } from '../processors/drop-columns.ts'
import { SchemaTransformProcessorConfig } from '../processors/schema-transform.ts'
import { rowCondition } from '../rows/truth.ts'
import { ConfigProblems, sentenceOf } from './config-problems.ts'
import { dependenciesOf, type Planned, plan } from './plan.ts'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../cases/${name}.json`, import.meta.url), 'utf8'))
const modelConfigs = [new ModelConfig({ alias: 'm', model: 'x' })]

const expression = (name: string, expr: string, skip?: SkipConfig) => new ExpressionColumnConfig({ name, expr, ...(skip ? { skip } : {}) })
const text = (name: string, prompt: string, modelAlias = 'm') => new LLMTextColumnConfig({ name, prompt, modelAlias })
const custom = (name: string, requiredColumns: string[] = [], sideEffectColumns: string[] = [], skipColumns: string[] = []) =>
  new CustomColumnConfig({
    name,
    generatorFunction: customColumnGenerator({ requiredColumns, sideEffectColumns }, (row: Row) => row),
    skip: skipColumns.length === 0 ? null : { when: `{{ ${skipColumns.join(' and ')} }}` },
  })

/** Every mistake a config has, as lines. */
function mistakes(columns: ColumnConfig[], seedColumns: string[] = ['text'], more: Partial<Planned> = {}): string[] {
  try {
    plan({ columns, modelConfigs, ...more }, seedColumns)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigProblems)
    return (error as ConfigProblems).problems.map(sentenceOf)
  }
}

describe('plan() finds', () => {
  it('names that are neither columns nor in the seed, with the nearest', () => {
    expect(mistakes([expression('a', '{{ txet }}'), text('b', '{{ zzzzzzzzzz }}')])).toEqual([
      "column 'a': reads 'txet', which is neither a column nor in the seed. Did you mean 'text'?",
      "column 'b': reads 'zzzzzzzzzz', which is neither a column nor in the seed. There are: text, a",
    ])
    expect(mistakes([expression('summary', '{{ sumary }}')])).toEqual([
      "column 'summary': reads 'sumary', which is neither a column nor in the seed. There are: text",
    ])
    expect(mistakes([expression('a', '{{ len(text) }}{{ rnge(3) }}{{ s }}')])).toEqual([
      "column 'a': reads 'len', which is neither a column nor in the seed. There is a filter for it: {{ … | length }}",
      "column 'a': reads 'rnge', which is neither a column nor in the seed. Did you mean the function 'range'?",
      "column 'a': reads 's', which is neither a column nor in the seed. There are: text",
    ])
    expect(mistakes([expression('a', '{{ whatever }}')], [])).toEqual([
      "column 'a': reads 'whatever', which is neither a column nor in the seed. There is no other column, and no seed",
    ])
  })

  it('filters, tests and methods that nobody knows, also where a condition hides them, in every template of a config', () => {
    const hidden = (word: string) => `{% if text %}{% for line in text %}{{ line | ${word} }}{% endfor %}{% endif %}`
    const columns = [
      text('a', hidden('uper')),
      new LLMTextColumnConfig({ name: 'b', prompt: '{{ text }}', systemPrompt: hidden('lowr'), modelAlias: 'm' }),
      expression('c', '{{ text if text is evn else text.titl() }}'),
      expression('d', 'x', { when: "{{ text | map('trimm') }}" }),
    ]
    const processors = [new SchemaTransformProcessorConfig({ name: 'chat', template: { list: [{ a: hidden('uper') }] } })]
    expect(mistakes(columns, ['text'], { processors })).toEqual([
      "column 'a': prompt: No filter named 'uper'. Did you mean 'upper'?",
      "column 'b': system_prompt: No filter named 'lowr'. Did you mean 'lower'?",
      "column 'c': expr: No test named 'evn'. Did you mean 'even'?",
      "column 'c': expr: No value has a method 'titl'. Did you mean 'title'?",
      "column 'd': skip.when: No filter named 'trimm'. Did you mean 'trim'?",
      "processor 'chat', template.list[0].a: No filter named 'uper'. Did you mean 'upper'?",
    ])
  })

  it('columns that read themselves, or what they make beside themselves', () => {
    expect(mistakes([expression('a', '{{ a }}'), custom('b', ['side'], ['side'])])).toEqual([
      "column 'a': reads 'a', which it makes itself",
      "column 'b': reads 'side', which it makes itself",
    ])
  })

  it('circles, also through side effects and skip conditions, naming who is in them', () => {
    const circle = [
      custom('a', ['made'], ['other']),
      expression('b', '{{ text }}', { when: '{{ other }}' }),
      custom('c', [], ['made'], ['b']),
    ]
    expect(mistakes([expression('before', '{{ text }}'), ...circle, expression('after', '{{ a }}')])).toEqual([
      'The columns a, c, b read each other in a circle',
    ])
  })

  it('names that clash: with the seed, with a column, with side effects of either', () => {
    expect(mistakes([expression('text', 'x'), custom('a', [], ['b', 'text']), expression('b', 'x'), expression('b', 'y')])).toEqual([
      "column 'text': makes 'text', which is a column of the seed",
      "column 'a': makes 'text', which is a column of the seed",
      "column 'b': makes 'b', which column 'a' makes too",
      "column 'b': There are two columns of this name",
    ])
    const traced = new LLMTextColumnConfig({ name: 'a', prompt: '{{ text }}', modelAlias: 'm', withTrace: 'last_message' })
    expect(mistakes([traced], ['text', 'a__trace'])).toEqual(["column 'a': makes 'a__trace', which is a column of the seed"])
  })

  it('models nobody defined, and aliases defined twice', () => {
    expect(mistakes([text('a', '{{ text }}', 'n')])).toEqual(["column 'a': model_alias 'n' is not defined. There are: m"])
    expect(mistakes([text('a', '{{ text }}')], ['text'], { modelConfigs: [] })).toEqual([
      "column 'a': model_alias 'm' is not defined. The config has no models",
    ])
    expect(mistakes([expression('a', 'x')], ['text'], { modelConfigs: [...modelConfigs, ...modelConfigs] })).toEqual([
      "Two models have the alias 'm'",
    ])
  })

  it('templates that cannot be parsed, in prompts, expressions, skip conditions and processors', () => {
    const broken = [text('a', '{{ text'), expression('b', '{% if %}'), expression('c', 'x', { when: '{{ text' })]
    const processors = [new SchemaTransformProcessorConfig({ name: 'chat', template: { list: [{ a: '{{ text }}' }, '{{ text | }}'] } })]
    expect(mistakes(broken, ['text'], { processors })).toEqual([
      expect.stringMatching(/^column 'a': prompt: /),
      expect.stringMatching(/^column 'b': expr: /),
      expect.stringMatching(/^column 'c': skip.when: /),
      expect.stringMatching(/^processor 'chat', template.list\[1\]: /),
    ])
  })

  it('conditions that read nothing, and columns that both resize and skip', () => {
    const both = new ExpressionColumnConfig({ name: 'b', expr: 'x', allowResize: true, skip: { when: '{{ text }}' } })
    expect(mistakes([expression('a', 'x', { when: 'text == 0' }), both])).toEqual([
      "column 'a': skip.when 'text == 0' reads no column. Write it as a template: '{{ in_stock == 0 }}'",
      "column 'b': skip and allow_resize are both set",
    ])
  })

  it('what processors read and nobody makes, or what another has dropped before', () => {
    const chat = new SchemaTransformProcessorConfig({ name: 'chat', template: { q: '{{ text }}', a: ['{{ anser }}'] } })
    const drop = new DropColumnsProcessorConfig({ name: 'drop', columnNames: ['te*', 'nothing', 'answr'] })
    const answer = expression('answer', '{{ text }}')
    expect(mistakes([answer], ['text'], { processors: [drop, chat] })).toEqual([
      "processor 'drop' reads 'nothing', which is neither a column nor in the seed. There are: text, answer",
      "processor 'drop' reads 'answr', which is neither a column nor in the seed. Did you mean 'answer'?",
      "processor 'chat' reads 'text', which processor 'drop' drops before it. Put 'chat' first",
      "processor 'chat' reads 'anser', which is neither a column nor in the seed. Did you mean 'answer'?",
    ])
    const fine = [
      new SchemaTransformProcessorConfig({ name: 'chat', template: { q: '{{ text }}' } }),
      new DropColumnsProcessorConfig({ name: 'drop', columnNames: ['te*', 'zz*'] }),
    ]
    const planned = plan({ columns: [answer], modelConfigs, processors: fine }, ['text'])
    expect(planned.processors).toEqual(fine)
    expect(planned.warnings.map(sentenceOf)).toEqual(["processor 'drop': no column matches 'zz*'"])
  })

  it.each([[''], ['.'], ['..'], ['x'.repeat(256)], ['ü'.repeat(50)]])('a processor named %j, whose rows would have no folder', name => {
    const processors = [new SchemaTransformProcessorConfig({ name, template: { a: 'x' } })]
    expect(mistakes([expression('a', 'x')], [], { processors })).toEqual([
      `processor '${name.slice(0, 40)}': found a name that no folder can have, expected one that can. Give it a shorter one, or one of letters`,
    ])
    const fine = [new SchemaTransformProcessorConfig({ name: `..${name.slice(0, 20)}/x`, template: { a: 'x' } })]
    expect(plan({ columns: [expression('a', 'x')], modelConfigs, processors: fine }, []).processors).toEqual(fine)
  })

  it('configs that keep nothing, whether by drop or by a processor', () => {
    const dropped = new ExpressionColumnConfig({ name: 'a', expr: 'x', drop: true })
    const drop = (...columnNames: string[]) => [new DropColumnsProcessorConfig({ name: 'drop', columnNames })]
    expect(mistakes([dropped])).toEqual(['All columns are dropped. Keep at least one'])
    expect(mistakes([expression('a', 'x')], ['text'], { processors: drop('*') })).toEqual(['All columns are dropped. Keep at least one'])
    expect(mistakes([expression('a', 'x')], ['text'], { processors: drop('a') })).toEqual([])
    expect(mistakes([], [])).toEqual(['The config has neither a seed nor a column'])
    expect(mistakes([])).toEqual([])
  })

  it('all mistakes at once, each with its column', () => {
    const found = mistakes([expression('a', '{{ tex }}'), text('b', '{{ c }}', 'n'), expression('text', '{{ d'), custom('e', [], ['a'])])
    expect(found.map(line => /^column '(\w+)'/.exec(line)?.[1])).toEqual(['text', 'e', 'a', 'b', 'b', 'text'])
  })
})

describe('plan() orders', () => {
  type Case = {
    id: string
    columns: { name: string; type: string; required: string[]; side_effects: string[]; skip_columns: string[] }[]
    expected?: string[]
  }
  const known = new Set(Object.values(columnTypes).map(({ name }) => name as string))
  for (const { id, columns, expected } of read('dag_order') as Case[]) {
    // The reference orders samplers and seed columns too.
    if (!columns.every(({ type }) => known.has(type))) continue
    it(`as the reference: ${id}`, () => {
      const made = new Set(columns.flatMap(({ name, side_effects }) => [name, ...side_effects]))
      const seed = [...new Set(columns.flatMap(({ required }) => required))].filter(name => !made.has(name))
      const built = columns.map(({ name, required, side_effects, skip_columns }) => custom(name, required, side_effects, skip_columns))
      if (expected === undefined) expect(mistakes(built, seed)).toHaveLength(1)
      else expect(plan({ columns: built, modelConfigs }, seed).columns.map(({ name }) => name)).toEqual(expected)
    })
  }

  it('a column after those that decide whether it is skipped', () => {
    const late = expression('a', 'x', { when: '{{ b == 1 and text }}' })
    expect(dependenciesOf(late)).toEqual(['b', 'text'])
    expect(plan({ columns: [late, expression('b', '{{ text }}')], modelConfigs }, ['text']).columns.map(({ name }) => name)).toEqual([
      'b',
      'a',
    ])
  })
})

describe('plan() judges as the reference', () => {
  type Case = { id: string; columns: JsonObject[]; expected?: { column: string | null; level: string }[]; error?: unknown }
  const cases = read('static_validation') as Case[]
  const isKnown = ({ columns }: Case) =>
    columns.every(column => Object.values(columnTypes).some(({ name }) => name === column['column_type']))
  const build = (json: JsonObject) =>
    Object.values(columnTypes)
      .find(({ name }) => name === json['column_type'])!
      .fromJSON(json, new Map())

  it('all cases, of whatever column', () => {
    expect(cases.filter(each => !isKnown(each))).toEqual([])
  })

  for (const { id, columns, expected = [] } of cases.filter(isKnown)) {
    it(id, () => {
      // The reference crashes over a brace that stands alone, which is only text.
      const errors = expected.filter(({ level }) => level === 'ERROR')
      const built = columns.map(build)
      if (errors.length > 0) expect(mistakes(built, []).length).toBeGreaterThanOrEqual(errors.length)
      else {
        const warned = plan({ columns: built, modelConfigs }, []).warnings.map(({ column }) => column)
        expect(warned).toEqual(expected.map(({ column }) => column))
      }
    })
  }

  for (const { when, expected } of read('skip_config_validation') as { when: string; expected?: string[] }[])
    it(`skip.when ${when}`, () => {
      const skipping = expression('made', 'x', { when })
      expect(mistakes([skipping], ['a', 'c'])).toHaveLength(expected === undefined ? 1 : 0)
      if (expected !== undefined) expect(dependenciesOf(skipping)).toEqual(expected)
    })
})

describe('rowCondition()', () => {
  const { record, cases } = read('skip_when') as { record: Row; cases: { when: string; expected: boolean }[] }
  const skips = (when: string, row: Row, mode = AS_DATA_DESIGNER) => rowCondition(when, 'skip.when', mode)(row) !== false

  it.each(cases)('skips as the reference: $when', ({ when, expected }) => {
    expect(skips(when, record)).toBe(expected)
  })

  it.each([
    ['{{ zero }}', false],
    ['{{ text }}', false],
    ['{{ list }}', false],
    ['{{ list | length == 0 }}', true],
    ["{{ id == '007' }}", true],
    ['{{ number == 5 }}', false],
    ['flag', true],
  ] as [string, boolean][])('takes values for what they are: %s', (when, expected) => {
    const row: { [name: string]: Json } = { zero: 0, text: '', list: [], id: '007', number: '5', flag: true }
    expect(skips(when, row, { values: 'json', profile: 'full' })).toBe(expected)
  })
})

describe('what a config of any size costs and shows', () => {
  it('twenty thousand columns, each of which reads the one before, are put in order at once', () => {
    const columns = Array.from({ length: 20_000 }, (_, i) => expression(`c${i}`, i === 0 ? 'x' : `{{ c${i - 1} }}`)).reverse()
    const ordered = plan({ columns, modelConfigs: [] }, []).columns
    expect([ordered[0]!.name, ordered.at(-1)!.name]).toEqual(['c0', 'c19999'])
  })

  it('of very many mistakes, names and characters only the first are shown', () => {
    const columns = Array.from({ length: 300 }, (_, i) => expression(`c${i}`, `{{ unheard_of_${i} }}`))
    try {
      plan({ columns: [...columns, expression('n'.repeat(1_000_000), '{{ zz }}')], modelConfigs: [] }, [])
      expect.unreachable()
    } catch (error) {
      const { message, problems } = error as ConfigProblems
      expect(problems).toHaveLength(301)
      expect(message).toContain('The config has 301 mistakes')
      expect(message).toContain(' and 270 more')
      expect(message).toMatch(/\n {2}… and 201 more$/)
      expect(message.length).toBeLessThan(100_000)
    }
    expect(mistakes([expression('n'.repeat(1_000_000), '{{ zz }}')])[0]!.length).toBeLessThan(400)
  })
})
