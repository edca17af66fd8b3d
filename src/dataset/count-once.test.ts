import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { countOnce } from './count-once.ts'
import { storedFactsOf } from './facts.ts'

type Said = {
  words?: string
  id?: string
  second?: number
  input?: number
  output?: number
  replay?: boolean
  asked?: string
  counted?: boolean
}

function rowOf(trace_id: string, kind: string, answers: readonly Said[], more: Row = {}): Row {
  const pairs = answers.map(({ words = 'Done.', id, second, input = 100, output = 5, replay, asked = 'Do it', counted = true }) => {
    const timestamp = second === undefined ? null : new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString()
    const usage = { input_tokens: input, output_tokens: output } as unknown as Json
    const meta = { origin: 'model', timestamp, ...(id ? { id } : {}), ...(replay ? { replay } : {}), ...(counted ? { usage } : {}) }
    return { meta, message: { role: 'assistant', content: [{ type: 'text', text: words }] }, asked }
  })
  return {
    trace_id,
    source_kind: kind,
    messages: pairs.flatMap(({ message, asked }) => [{ role: 'user', content: [{ type: 'text', text: asked }] }, message]),
    message_meta: pairs.flatMap(({ meta }) => [{ origin: 'human', timestamp: null }, meta]),
    ...more,
  } as unknown as Row
}

async function counted(rows: readonly Row[]) {
  const facts = rows.map(row => storedFactsOf(row))
  const count = await countOnce(async function* () {
    yield* facts
  })
  return facts.map((one, i) => {
    const { responses, rest } = count(one, i)
    return [...responses.map(({ output_tokens }) => output_tokens), ...(rest === null ? [] : [`rest ${rest.output_tokens}`])]
  })
}

const [A, B] = ['msg_01Ab3dEf6hIj9kLm', 'chatcmpl-9Zx8Yw7Vu6']

it.each<[string, Row[], unknown[]]>([
  [
    'one id: with the most that is told of it',
    [rowOf('a', 'x', [{ id: A, output: 1 }]), rowOf('b', 'x', [{ id: A, output: 9 }])],
    [[9], []],
  ],
  ['one id, in the session that took more', [rowOf('a', 'x', [{ id: A }]), rowOf('b', 'x', [{}, { id: A }])], [[], [5, 5]]],
  [
    'one id, and a row that knows it for a repetition knows more',
    [rowOf('a', 'x', [{ id: A, output: 1 }]), rowOf('b', 'x', [{ id: A, output: 9, replay: true }])],
    [[9], []],
  ],
  [
    'only repetitions: they count where their log was',
    [rowOf('a', 'x', [{ id: A, replay: true }]), rowOf('b', 'x', [{ id: A, replay: true }])],
    [[], []],
  ],
  ['one has lost its id', [rowOf('a', 'x', [{ id: A, second: 3 }]), rowOf('b', 'y', [{ second: 3 }])], [[5], []]],
  ['both have lost it', [rowOf('a', 'x', [{ second: 3 }]), rowOf('b', 'x', [{ second: 3 }])], [[5], []]],
  [
    'a gateway has another id and another time',
    [rowOf('a', 'x', [{ id: A, second: 3 }]), rowOf('b', 'y', [{ id: B, second: 9, words: ' Done.\n' }])],
    [[5], []],
  ],
])('is one response: %s', async (_name, rows, told) => {
  expect(await counted(rows)).toEqual(told)
})

it.each<[string, Row[]]>([
  ['two ids', [rowOf('a', 'x', [{ id: A, second: 3 }]), rowOf('b', 'x', [{ id: B, second: 3 }])]],
  ['two ids, and one without that may be either', [rowOf('a', 'x', [{ id: A, second: 3 }]), rowOf('b', 'x', [{ id: B, second: 4 }])]],
  ['ids that are counted up', [rowOf('a', 'x', [{ id: 'msg_001' }]), rowOf('b', 'x', [{ id: 'msg_001' }])]],
  [
    'one id for two requests of other lengths',
    [rowOf('a', 'x', [{ id: A, input: 100, output: 9 }]), rowOf('b', 'x', [{ id: A, input: 200, output: 3 }])],
  ],
  ['other words at one time', [rowOf('a', 'x', [{ second: 3 }]), rowOf('b', 'x', [{ second: 3, words: 'Flown.' }])]],
  ['short words at one time, to other words', [rowOf('a', 'x', [{ second: 3 }]), rowOf('b', 'x', [{ second: 3, asked: 'Fly' }])]],
  ['no time and no id', [rowOf('a', 'x', [{}]), rowOf('b', 'y', [{}])]],
  ['another kind of log an hour later', [rowOf('a', 'x', [{ second: 3 }]), rowOf('b', 'y', [{ second: 3600 }])]],
  ['another kind of log with other tokens', [rowOf('a', 'x', [{ second: 3 }]), rowOf('b', 'y', [{ second: 5, input: 101 }])]],
  ['one row that tells it twice', [rowOf('a', 'x', [{ id: A }, { id: A }])]],
])('is more than one response: %s', async (_name, rows) => {
  expect((await counted(rows)).flat()).toHaveLength(2)
})

it('attempts that say the same at once, in logs of agents and of a gateway, are as many as there were', async () => {
  const attempts = [1, 2, 3].map(n => rowOf(`a${n}`, 'x', [{ id: `msg_01Ab3dEf6hIj9kL${n}`, second: n }]))
  const requests = [1, 2, 3].map(n => rowOf(`g${n}`, 'y', [{ id: `chatcmpl-9Zx8Yw7Vu6${n}`, second: n + 1 }]))
  expect((await counted([...attempts, ...requests])).flat()).toHaveLength(3)
  expect((await counted([...requests, ...attempts.slice(1)])).flat()).toHaveLength(3)
})

it('what a log counts for the session alone is not counted beside its responses, where another log tells these one by one', async () => {
  const usage = {
    input_tokens: 200,
    output_tokens: 10,
    cached_input_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    cost_usd: null,
  }
  const bare = (replay: boolean) => [
    { second: 3, counted: false, replay },
    { second: 9, counted: false, replay, words: 'Flown.' },
  ]
  const whole = rowOf('a', 'x', bare(false), { usage })
  const each = rowOf('b', 'y', [{ second: 3 }, { second: 9, words: 'Flown.' }])
  expect(await counted([whole, each])).toEqual([[], [5, 5]])
  expect(await counted([whole, rowOf('b', 'y', [{ second: 3 }])])).toEqual([['rest 10'], [5]])
  expect(await counted([whole, rowOf('b', 'x', bare(true), { usage })])).toEqual([['rest 10'], []])
})

it('rows of other makers are counted as they are', async () => {
  const odd = [
    {},
    { messages: [null, 3, 'x'], message_meta: [{ usage: { output_tokens: 5 } }, null, 7] },
    { messages: 'x', message_meta: 'y', usage: 3 },
  ]
  await expect(counted(odd as unknown as Row[])).resolves.toHaveLength(3)
})
