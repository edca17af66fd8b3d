import { expect, it } from 'vitest'
import { placeOfQuote, quotableTexts } from './quotation.ts'

const messages = [
  { role: 'user', content: 'Look at  the\n\tkite' },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'It is torn' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ],
    reasoning_content: 'thread first',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'run', arguments: '{"command":"sew \\"left\\" wing"}' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'sewn. It is torn no more' },
]
const texts = quotableTexts(messages)

it.each<[string, number | null, number | null]>([
  ['Look at the kite', 0, 0],
  ['Look   at the\nkite', 0, 0],
  ['It is torn', 2, 2],
  ['It is torn', 0, 1],
  ['It is torn', null, 1],
  ['It is torn', 99, 1],
  ['It is torn', -1, 1],
  ['sew "left" wing', 1, 1],
  ['thread first', 1, 1],
  ['Lookat', 0, null],
  ['it is torn', 1, null],
  ['', 0, null],
  [' \n ', 0, null],
  ['call_1', 1, null],
  ['assistant', 1, null],
  ['AAAA', 1, null],
  ['Look at the kite It is torn', 0, null],
])('%j, said to be in %j, is in %j', (quote, named, index) => {
  expect(placeOfQuote(quote, named, texts)?.index ?? null).toBe(index)
})

it('the place is that of the words as they stand', () => {
  const { index, start, end } = placeOfQuote('at the kite', 0, texts)!
  expect(texts[index]!.slice(start, end)).toBe('at  the\n\tkite')
})

it('takes time by the text and the quotation, also where the beginning is everywhere', () => {
  const text = 'a '.repeat(1_000_000)
  for (const quote of [`${'a '.repeat(100_000)}b`, `b${' a'.repeat(100_000)}`, `${'a '.repeat(50_000)}b ${'a '.repeat(50_000)}`])
    expect(placeOfQuote(quote, 0, [text])).toBe(null)
  expect(placeOfQuote(`${'a '.repeat(100_000)}b`, 0, [`${text}b`])).toEqual({ index: 0, start: 1_800_000, end: 2_000_001 })
})

it('values of any kind are texts', () => {
  expect(quotableTexts('all of it')).toEqual(['all of it'])
  expect(quotableTexts(null)).toEqual([''])
  expect(quotableTexts({ a: ['x', { b: 'y' }], n: 1 })).toEqual(['x\ny'])
})
