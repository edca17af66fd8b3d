import { describe, expect, it } from 'vitest'
import type { TemplateMode } from '../../column/column.ts'
import { AS_DATA_DESIGNER } from '../../column/testing/fill.ts'
import type { JsonObject } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import { applyProcessors, openProcessors } from './apply-processors.ts'
import { DropColumnsProcessorConfig } from './drop-columns.ts'
import type { ProcessorConfig, ProcessorKind } from './processor.ts'
import * as registry from './processors.ts'
import { SchemaTransformProcessorConfig } from './schema-transform.ts'

const types: ProcessorKind[] = Object.values(registry)
const row: Row = { text: 'say "it"\n', number: 3, list: [1, { a: 'x' }], flag: true, nothing: null, json: '{"a": 1}' }
const apply = (processors: ProcessorConfig[], given: Row = row, mode: TemplateMode = { values: 'json', profile: 'full' }) =>
  applyProcessors(given, openProcessors(processors, mode), { seed: 1, rowKey: '0' })
const transform = (template: JsonObject) => new SchemaTransformProcessorConfig({ name: 'made', template })

it('processor types have names of their own', () => {
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
})

for (const type of types)
  describe(`processor type ${type.name}`, () => {
    const config: JsonObject = { name: 'made', processor_type: type.name, ...type.example.needs, ...type.example.more }

    it('is written back equal to what was read', () => {
      expect(type.fromJSON(config).toJSON()).toEqual(config)
      expect(Object.keys(type.fields).sort()).toEqual(Object.keys(config).sort())
    })

    it('refuses misspelt keys, and configs that say nothing', () => {
      expect(() => type.fromJSON({ ...config, nmae: 1 })).toThrow(expect.objectContaining({ hint: "Did you mean 'name'?" }))
      for (const key of ['name', ...Object.keys(type.example.needs)])
        expect(() => type.fromJSON({ ...config, [key]: null })).toThrow(expect.objectContaining({ kind: 'config' }))
    })

    it('knows what it needs and leaves, and leaves the row it was given alone', () => {
      const { row } = type.example
      const processor = type.fromJSON(config)
      const before = structuredClone(row)
      const applied = apply([processor], row)
      expect(row).toEqual(before)
      expect(processor.requiredColumns.every(name => name in row)).toBe(true)
      expect('row' in applied && Object.keys(applied.row)).toEqual([...processor.keeps(new Set(Object.keys(row)))])
    })
  })

describe('applyProcessors()', () => {
  it('drops columns by name and pattern', () => {
    const drop = new DropColumnsProcessorConfig({ name: 'd', columnNames: ['text', 'n*', '[jf]*n', 'FLAG'] })
    expect(apply([drop])).toEqual({ row: { list: row['list'], flag: true }, artifacts: {} })
  })

  it('makes a row beside the row: an expression alone gives its value, within text it is text', () => {
    const template = {
      value: '{{ list }}',
      deep: [['{{ number }}', '{{ flag }}', '{{ nothing }}']],
      text: 'n={{ number }} {{ text }}',
      fixed: [1, null, true],
    }
    expect(apply([transform(template)])).toEqual({
      row,
      artifacts: { made: { value: row['list'], deep: [[3, true, null]], text: 'n=3 say "it"\n', fixed: [1, null, true] } },
    })
  })

  it('makes text of every template where Data Designer is followed', () => {
    const template = {
      value: '{{ list }}',
      flag: '{{ flag }}',
      number: '{{ number }}',
      nothing: '{{ nothing }}',
      inner: '{{ json.a }}',
      said: '{{ text }}',
    }
    expect(apply([transform(template)], row, AS_DATA_DESIGNER)).toMatchObject({
      artifacts: {
        made: {
          flag: 'true',
          number: '3',
          nothing: 'null',
          inner: '1',
          said: 'say "it"\n',
          value: '[1, {"a": "x"}]',
        },
      },
    })
  })

  it('applies each to what the one before left, in order', () => {
    const drop = new DropColumnsProcessorConfig({ name: 'd', columnNames: ['text'] })
    const made = { made: { t: null } }
    expect(apply([drop, transform({ t: '{{ text }}' })])).toMatchObject({ artifacts: made })
    expect(apply([transform({ t: '{{ text }}' }), drop])).toMatchObject({ artifacts: { made: { t: row['text'] } } })
  })

  it('draws the same for the same row', () => {
    const template = { drawn: '{{ list | random }}' }
    const given = { list: Array.from({ length: 100 }, (_, i) => i) }
    expect(apply([transform(template)], given)).toEqual(apply([transform(template)], given))
  })

  it('names the processor that failed, and why', () => {
    expect(apply([transform({ a: { b: ['{{ text / 2 }}'] } })])).toMatchObject({
      processor: 'made',
      error: { kind: 'template', where: expect.stringContaining("processor 'made', template.a.b[0]") },
    })
  })
})
