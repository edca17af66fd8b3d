import { expect, it } from 'vitest'
import { trainedMessages, trainedTokens } from './trained-words.ts'

const says = (role: string, content: string) => ({ role, content })
const shown = (row: object, manifest: object | null) =>
  trainedMessages(row as never, manifest as never)?.map(({ role, text, trained }) => [role, text.text, trained]) ?? null

it.each<[string, object, object | null, unknown]>([
  [
    'messages',
    { messages: [says('user', 'a'), says('assistant', 'b')] },
    { train: [false, true] },
    [
      ['user', 'a', false],
      ['assistant', 'b', true],
    ],
  ],
  [
    'turns of ShareGPT',
    {
      conversations: [
        { from: 'human', value: 'a' },
        { from: 'gpt', value: 'b' },
      ],
    },
    { train: [false, true] },
    [
      ['human', 'a', false],
      ['gpt', 'b', true],
    ],
  ],
  [
    'prompt and completion',
    { prompt: [says('user', 'a')], completion: [says('assistant', 'b')] },
    { train: [false, true] },
    [
      ['user', 'a', false],
      ['assistant', 'b', true],
    ],
  ],
  [
    'pairs',
    { prompt: [says('user', 'a')], chosen: [says('assistant', 'b')], rejected: [says('assistant', 'c')] },
    { train: [false, true, false] },
    [
      ['user', 'a', false],
      ['assistant', 'b', true],
      ['assistant', 'c', false],
    ],
  ],
  [
    'tokens, whose messages the manifest has',
    { input_ids: [1], labels: [1] },
    { train: [true], messages: [says('assistant', 'b')] },
    [['assistant', 'b', true]],
  ],
  ['a manifest of another row', { messages: [says('user', 'a')] }, { train: [false, true] }, null],
  ['no manifest', { messages: [says('user', 'a')] }, null, null],
  ['hostile words', { messages: [says('user\u202e', '\u202e<b>')] }, { train: [false] }, [['user\\u202e', '\\u202e<b>', false]]],
])('%s', (_, row, manifest, expected) => {
  expect(shown(row, manifest)).toEqual(expected)
})

it('tokens are told to the token', () => {
  expect(trainedTokens({ labels: [-100, 5, 6, -100, -100, 7] })).toEqual({
    total: 6,
    trained: 3,
    spans: [
      [1, 3],
      [5, 6],
    ],
    pieces: null,
  })
  expect(trainedTokens({ labels: [] })).toEqual({ total: 0, trained: 0, spans: [], pieces: null })
  expect(trainedTokens({ messages: [] })).toBe(null)
  const many = trainedTokens({ labels: Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? i : -100)) })!
  expect([many.trained, many.spans.length]).toEqual([2000, 500])
})

it('the text of tokens is shown as the manifest has it, and nothing of it acts or hides', () => {
  const pieces = [
    { trained: false, text: '\n<|im_start|>user\u202e\n' },
    { trained: true, text: 'x'.repeat(5000) },
    { trained: 'yes', text: 7 },
  ]
  expect(trainedTokens({ labels: [1] }, { pieces })!.pieces).toEqual([
    { trained: false, text: '\n<|im_start|>user\\u202e\n', left_out: 0 },
    { trained: true, text: 'x'.repeat(4000), left_out: 1000 },
    { trained: false, text: '', left_out: 0 },
  ])
  for (const odd of [null, 'text', [], [1]]) expect(trainedTokens({ labels: [1] }, { pieces: odd })!.pieces).toBe(null)
})
