import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codePrompt, parseCode } from './code.ts'
import { checkStructured, findJson, parseStructured, schemaPrompt } from './structured.ts'

const oracle = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'cases', name), 'utf8'))

describe('parseStructured()', () => {
  const { schema, valid, invalid } = oracle('structured_response_parsing.json')

  for (const { id, response, expected } of valid)
    it(`reads ${id}`, async () => {
      expect(await parseStructured(response, schema)).toEqual({ value: expected })
    })

  for (const { response } of invalid)
    it(`${response.startsWith('{') ? 'reads, which the reference does not,' : 'refuses'} ${JSON.stringify(response)}`, async () => {
      const parsed = await parseStructured(response, schema)
      if (response.startsWith('{')) expect(parsed).toEqual({ value: { bar: { baz: 42 } } })
      else
        expect(parsed).toEqual({ error: expect.stringMatching(/^No parsable JSON|^Response doesn't match requested <response_schema>\n/) })
    })

  it('says each thing that is wrong, with its place, so that the model can correct it', async () => {
    expect(await parseStructured('```json\n{"bar": {"baz": "hello"}}\n```', schema)).toEqual({
      error: 'Response doesn\'t match requested <response_schema>\n/bar/baz must be integer, found "hello"',
    })
  })

  it('makes up no end for a reply that was cut off', async () => {
    expect(await parseStructured('```json\n{"bar": {"baz": 4', schema)).toEqual({ value: { bar: { baz: 4 } } })
    expect(await parseStructured('```json\n{"bar": {"baz": 4', schema, { cut: true })).toEqual({
      error: expect.stringContaining('cut off'),
    })
  })
})

describe('findJson()', () => {
  const cases: [string, unknown][] = [
    ['{"bar": 43, "baz": [1, 2, 3]', { bar: 43, baz: [1, 2, 3] }],
    ['Sure! As [1] says: {"a": {"b": 2}} is it.', { a: { b: 2 } }],
    ['The list: [1, 2]', [1, 2]],
    ['```\n{"a": 1}\n```', { a: 1 }],
    ['```JSON\n{"a": 1,}\n```', { a: 1 }],
    ["```json\n{'a': 'it''s', 'b': True, 'c': None,}\n```", { a: "it''s", b: true, c: null }],
    ['```json\n{"a": "two\nlines", // why\n "b": 1.5}\n```', { a: 'two\nlines', b: 1.5 }],
    ['```json\n{"a": "he said "no" twice"}\n```', { a: 'he said "no" twice' }],
    ['~~~json\n[true]\n~~~', [true]],
    ['```json\n{"a": "```"}\n```', { a: '```' }],
    ['```json\n{"__proto__": 1}\n```', JSON.parse('{"__proto__": 1}')],
    ['Use {braces} in prose', undefined],
    ['', undefined],
  ]
  for (const [text, expected] of cases)
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, () => {
      expect(findJson(text)).toEqual(expected)
    })

  it('ends on text of many brackets', () => {
    expect(findJson('{['.repeat(20_000))).toBeUndefined()
  })
})

describe('checkStructured()', () => {
  const { schema, cases } = oracle('structured_validate.json')
  for (const { input, expected, error } of cases)
    it(`${error === undefined ? 'takes' : 'refuses'} ${JSON.stringify(input)}`, async () => {
      const checked = await checkStructured(input, schema)
      if (error === undefined) expect(checked).toEqual({ value: expected })
      else expect(checked).toHaveProperty('error')
    })

  it('keeps keys a schema allows by pattern or by saying so', async () => {
    const open = { type: 'object', properties: { a: {} }, patternProperties: { '^x-': { type: 'string' } } }
    expect(await checkStructured({ a: 1, 'x-b': 'c', d: 1 }, open)).toEqual({ value: { a: 1, 'x-b': 'c' } })
    expect(await checkStructured({ a: 1, d: 1 }, { ...open, additionalProperties: true })).toEqual({ value: { a: 1, d: 1 } })
  })

  it('takes unknown keys out of the member of a union that fits', async () => {
    const [dog, cat] = ['dog', 'cat'].map(kind => ({
      type: 'object',
      properties: { kind: { const: kind }, [`${kind}s`]: {} },
      required: ['kind'],
      additionalProperties: false,
    }))
    expect(await checkStructured({ kind: 'cat', cats: 1, dogs: 2 }, { anyOf: [dog!, cat!] })).toEqual({ value: { kind: 'cat', cats: 1 } })
  })

  it('says that a schema is none', async () => {
    await expect(checkStructured(1, { type: 'nonsense' })).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining('expected a JSON Schema'),
    })
  })
})

describe('prompts', () => {
  const { structured, code, code_sql } = oracle('recipe_prompts.json')

  it('schemaPrompt() asks as the reference does', () => {
    expect(schemaPrompt(structured.user_prompt, structured.schema)).toBe(structured.expected_user_prompt)
  })

  it('codePrompt() asks as the reference does', () => {
    for (const { syntax, expected_user_prompt } of [code, code_sql]) expect(codePrompt('PROMPT', syntax)).toBe(expected_user_prompt)
  })
})

describe('parseCode()', () => {
  const { syntax, valid, invalid } = oracle('code_response_parsing.json')
  for (const { response, expected } of valid)
    it(`reads ${JSON.stringify(response)}`, () => {
      expect(parseCode(response, syntax)).toEqual({ value: expected })
    })
  for (const response of invalid)
    it(`refuses ${JSON.stringify(response)}`, () => {
      expect(parseCode(response, syntax)).toHaveProperty('error')
    })

  it('takes sql for every dialect', () => {
    expect(parseCode('```sql\nselect 1\n```', 'sql:postgres')).toEqual({ value: 'select 1' })
  })
})
