import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { ColumnType } from './column.ts'
import * as registry from './columns.ts'
import { customColumnGenerator } from './custom.ts'
import { fill } from './testing/fill.ts'

const types: ColumnType[] = Object.values(registry)

const count = customColumnGenerator({ requiredColumns: ['text'], sideEffectColumns: ['half'] }, (row: { text: string }) => ({
  ...row,
  made: row.text.length,
  half: row.text.length / 2,
}))
const functions = new Map<string, unknown>([['count', count]])

const prompt = { model_alias: 'writer', prompt: 'Tell about {{ text }} and {{ other.inner }}.' }
const traced = { with_trace: 'all_messages', extract_reasoning_content: true, system_prompt: 'Be brief about {{ text }}' }
const format = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
const scores = [{ name: 'quality', description: 'How good', options: { 1: 'bad', 2: 'good' } }]

/** For each type a config with only what it needs, and what it can say besides. */
const samples: { [name: string]: { needs: JsonObject; more: JsonObject } } = {
  custom: { needs: { generator_function: 'count' }, more: { generation_strategy: 'cell_by_cell', generator_params: { a: [1] } } },
  expression: { needs: { expr: '{{ text }}-{{ other.inner }}' }, more: { dtype: 'str' } },
  'llm-code': { needs: { ...prompt, code_lang: 'sql:postgres' }, more: traced },
  'llm-judge': { needs: { ...prompt, scores }, more: traced },
  'llm-structured': { needs: { ...prompt, output_format: format }, more: traced },
  sampler: {
    needs: { sampler_type: 'category', params: { values: ['a', 2], weights: [0.25, 0.75] } },
    more: {
      params: { sampler_type: 'category', values: ['a'], weights: null },
      conditional_params: { 'text == other.inner': { sampler_type: 'category', values: ['b'], weights: null } },
      convert_to: 'str',
    },
  },
  validation: {
    needs: { target_columns: ['text'], validator_type: 'code', validator_params: { code_lang: 'javascript' } },
    more: { target_columns: ['text', 'other'], validator_params: { validator_type: 'code', code_lang: 'typescript' }, batch_size: 3 },
  },
  'llm-text': {
    needs: prompt,
    more: { ...traced, multi_modal_context: [{ modality: 'image', column_name: 'text', data_type: 'url', image_format: null }] },
  },
}

it('every column type has a sample here, and a name of its own', () => {
  expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(samples).sort())
})

for (const type of types) {
  const sample = samples[type.name]
  if (sample === undefined) continue // the test above says so
  const { needs, more } = sample
  const small: JsonObject = { column_type: type.name, name: 'made', ...needs }
  const skip = type.name === 'sampler' ? null : { when: '{{ text }}', value: 'none' }
  const common = { drop: true, allow_resize: false, skip, propagate_skip: false }
  const row: Row = { text: 'https://example.com/four.png', other: { inner: 'five' }, kept: [1, { a: null }] }

  describe(`column type ${type.name}`, () => {
    it('says what it is', () => {
      expect(type.description).toMatch(/^[A-Z][^.]*$/)
      expect(type.fromJSON(small, functions).columnType).toBe(type.name)
    })

    it('is written back with every default, and equal to what was read', () => {
      const written = type.fromJSON(small, functions).toJSON()
      const defaults = { drop: false, allow_resize: false, skip: null, propagate_skip: true }
      expect(written).toMatchObject({ ...small, ...defaults })
      for (const config of [written, { ...written, ...common, ...more }]) expect(type.fromJSON(config, functions).toJSON()).toEqual(config)
    })

    it('refuses a misspelt key with the nearest one, and a config without a name', () => {
      expect(() => type.fromJSON({ ...small, propagate_skp: true }, functions)).toThrow(
        expect.objectContaining({ kind: 'config', where: "column 'made'", hint: "Did you mean 'propagate_skip'?" }),
      )
      expect(() => type.fromJSON({ ...small, name: null }, functions)).toThrow('name: found nothing, expected text')
    })

    it.each(Object.keys(needs))('refuses a config without %s', key => {
      expect(() => type.fromJSON({ ...small, [key]: null }, functions)).toThrow(expect.objectContaining({ kind: 'config' }))
    })

    it('tells what it reads and makes, and has no problem with it', () => {
      const column = type.fromJSON({ ...small, ...more }, functions)
      expect(column.requiredColumns).toEqual(type.name === 'custom' ? ['text'] : expect.arrayContaining(['text', 'other']))
      expect(column.problems(new Set(['text', 'other']))).toEqual([])
      const isPrompted = 'with_trace' in more
      expect(column.sideEffectColumns).toEqual(
        type.name === 'custom' ? ['half'] : isPrompted ? ['made__trace', 'made__reasoning_content'] : [],
      )
      expect(column.modelAliases).toEqual(isPrompted ? ['writer'] : [])
    })

    it('adds its cells to a row, keeps the others, and leaves the row it was given alone', async () => {
      const column = type.fromJSON(
        type.name === 'llm-code' ? { ...small, code_lang: 'python' } : type.name === 'validation' ? small : { ...small, ...more },
        functions,
      )
      const given = structuredClone(row)
      // The stand-in writes no code.
      const making = fill(column, given)
      if (type.name === 'llm-code') await expect(making).rejects.toMatchObject({ failure: 'invalid_reply' })
      else {
        const [made] = await making
        expect(made).toMatchObject(row)
        expect(Object.keys(made!).sort()).toEqual([...Object.keys(row), 'made', ...column.sideEffectColumns].sort())
        expect(JSON.parse(JSON.stringify(made))).toEqual(made)
        expect(await fill(column, given)).toEqual([made])
      }
      expect(given).toEqual(row)
    })
  })
}
