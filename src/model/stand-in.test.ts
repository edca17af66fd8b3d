import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { fillSchema } from './fill-schema.ts'
import { promptMessages } from './messages.ts'
import { ModelProvider } from './model-provider.ts'
import { standIn } from './stand-in.ts'
import { checkStructured } from './structured.ts'

const model = standIn.connect({ provider: new ModelProvider({ name: 's', endpoint: '', providerType: 'stand-in' }), model: 'x', key: null })
const say = (prompt: string, schema?: JsonObject) =>
  model.generate({ messages: promptMessages(prompt), parameters: {}, ...(schema === undefined ? {} : { schema: { name: 's', schema } }) })

const TURN = `Summarize this sampled turn in one sentence.
The turn may come from the user, assistant, or a tool result.

Trace: 7f3a
Turn:
{"role": "tool", "content": [{"type": "text", "text": "Ran 214 tests. Two of them failed: the parser drops trailing commas in nested lists."}]}
`

describe('stand-in', () => {
  it('says a passage of the data, not of the instructions or the JSON around it', async () => {
    expect((await say(TURN)).text).toBe('Two of them failed: the parser drops trailing commas in nested lists.')
  })

  it('says the same to the same, and names itself', async () => {
    expect(await say(TURN)).toEqual(await say(TURN))
    expect((await say(TURN)).model).toBe('stand-in')
  })

  it('keeps to 300 characters', async () => {
    const { text } = await say(`Data:\n${Array.from({ length: 500 }, (_, i) => `word${i}`).join(' ')}`)
    expect(text.length).toBeLessThanOrEqual(300)
    expect(text).toContain('…')
  })

  it('says nothing about nothing', async () => {
    expect((await say('')).text).toBe('')
  })

  it('judges an outcome by words of failure', async () => {
    const schema = {
      type: 'object',
      properties: { outcome: { enum: ['success', 'failure', 'unclear'] }, summary: { type: 'string' } },
      required: ['outcome', 'summary'],
    }
    expect((await say('Response:\nError: no such file', schema)).value).toMatchObject({ outcome: 'failure' })
    expect((await say('Response:\nAll 12 files were written', schema)).value).toEqual({
      outcome: 'success',
      summary: 'All 12 files were written',
    })
  })
})

describe('fillSchema()', () => {
  const judge = JSON.parse(readFileSync(join(import.meta.dirname, 'cases', 'judge_schema.json'), 'utf8')).json_schema
  const schemas: [string, JsonObject][] = [
    ['the judge', judge],
    ['every kind of property', JSON.parse(readFileSync(join(import.meta.dirname, 'cases', 'structured_validate.json'), 'utf8')).schema],
    ['nothing', {}],
    ['a string of bounds', { type: 'string', minLength: 400, maxLength: 420 }],
    ['a short string', { type: 'string', maxLength: 3 }],
    ['a code', { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' }],
    ['a format', { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }],
    [
      'numbers',
      {
        type: 'array',
        prefixItems: [
          { type: 'integer', minimum: 3, multipleOf: 5 },
          { type: 'number', exclusiveMinimum: 1, maximum: 1.5 },
          { type: 'number', maximum: -2 },
        ],
        minItems: 3,
      },
    ],
    ['distinct items', { type: 'array', items: { type: 'string' }, minItems: 3, uniqueItems: true }],
    ['a constant', { const: { a: [1] } }],
    ['a nullable', { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 2 }] }],
    ['types', { type: ['string', 'null'] }],
    [
      'parts',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
          { properties: { b: { type: 'boolean' } }, required: ['b'] },
        ],
      },
    ],
    [
      'a tree',
      {
        $defs: {
          node: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
              many: { type: 'array', items: { $ref: '#/$defs/node' } },
            },
            required: ['name', 'next', 'many'],
          },
        },
        $ref: '#/$defs/node',
      },
    ],
    ['itself', { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } }, parent: { $ref: '#' } } }],
    [
      'a union of itself',
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'https://example.com/s',
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
        required: ['next'],
      },
    ],
    ['a map', { type: 'object', additionalProperties: { type: 'integer' }, required: ['x'] }],
  ]
  for (const [name, schema] of schemas)
    it(`fills ${name} validly`, async () => {
      for (const passages of [[], ['One thing.', 'Another thing went wrong: error 5.']]) {
        const value = fillSchema(schema, passages)
        expect(await checkStructured(value, schema)).toEqual({ value })
      }
    })
})
