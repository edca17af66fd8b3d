import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { Rejects } from '../folder/rejects.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import { lossesIn, rejectsIn } from '../testing/losses.ts'
import { exportDataset } from './export.ts'

const base = mkdtempSync(join(tmpdir(), 'losses-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0
const file = (name: string, text: string) => {
  writeFileSync(join(base, name), text)
  return join(base, name)
}
const model = file('tokenizer.json', byteTokenizer())
const refusing = file('refuse.jinja', "{{ raise_exception('no ' ~ messages|length) }}{% generation %}{% endgeneration %}")
const lacking = file('lack.jinja', '{% for m in messages %}{{ m.content }}{% endfor %}{% generation %}{% endgeneration %}')

const TASK = 'Please count every bed of the garden twice and tell me which of them are dry by now'
const SAID = 'I counted the beds of the garden one after the other, and five of them are dry, which I then watered with the long hose.'

function session(id: string, said: string | readonly string[] = SAID, more: Row = {}): Row {
  const answers = [said].flat()
  const messages = answers.flatMap(text => [
    { role: 'user', content: TASK },
    { role: 'assistant', content: text, reasoning_content: `Thinking about ${id}` },
  ])
  return { trace_id: id, messages, message_meta: messages.map(() => ({})), project_path: '/beds', ...more } as unknown as Row
}

const long = 'The beds are dry. '.repeat(80)
const system = (id: string): Row =>
  ({ ...session(id), messages: [{ role: 'system', content: long }, ...(session(id)['messages'] as Row[])] }) as unknown as Row

/** What is lost, by which rows and options. Every reason that an export has for leaving out what a model wrote stands here. */
const CASES: readonly (readonly [reason: RegExp, rows: readonly Row[], options: Partial<ExportOptions>])[] = [
  [/^The row has no messages/, [{ trace_id: 'x' }, session('a')], {}],
  [/^Message 0: found role/, [{ trace_id: 'x', messages: [{ role: 'judge', content: '' }] }, session('a')], {}],
  [/^no row was made of the session/, [{ trace_id: 'x', messages: [{ role: 'user', content: 'Hi' }] }, session('a')], {}],
  [/^filter length:5000-$/, [session('a'), session('b', long.repeat(5))], { filter: ['length:5000-'] }],
  [/^filter tests_passed$/, [session('a')], { filter: ['tests_passed'] }],
  [/^near-duplicate of a more complete row$/, [session('a'), session('b', `${SAID} All are well now.`)], { dedupe: 0.3 }],
  [/^beyond 1 of one task$/, [session('a'), session('b', long)], { perTask: 1 }],
  [/^beyond 1 of one project$/, [session('a'), session('b', long)], { perProject: 1 }],
  [/^13 words in a row of an evaluation$/, [session('a'), session('b', 'Fine.', {})], { decontaminate: [file('bench.txt', SAID)] }],
  [/^beyond the number of rows that was asked for$/, [session('a'), session('b')], { exactly: 1 }],
  [/^does not fit into a window$/, [session('a', long), session('b')], { model, maxTokens: 700 }],
  [/^system prompt and tools alone are over the budget$/, [system('a'), session('b')], { model, maxTokens: 700 }],
  [/^does not fit into a window$/, [pair('a', long), pair('b', 'short')], { model, maxTokens: 1200, view: 'preference' }],
  [/^does not fit into a window$/, [session('a', long), session('b')], { model, maxTokens: 900, view: 'trajectory', for: 'hf' }],
  [/no 2/, [session('a')], { model, chatTemplate: refusing, for: 'pretokenized' }],
  [/^The chat template marks 1 answers of 2$/, [session('a', ['One.', 'Two.'])], { model, chatTemplate: lacking, for: 'pretokenized' }],
  [/^reasoning, by the policy drop$/, [session('a')], { reasoning: 'drop' }],
  [/^reasoning, by the policy last$/, [session('a', ['One.', 'Two.'])], { reasoning: 'last' }],
  [
    /^answers no one, which the dialect cannot say$/,
    [{ trace_id: 'a', messages: [{ role: 'assistant', content: SAID }] }, session('b')],
    { for: 'sharegpt' },
  ],
  [
    /^answers no one/,
    [{ trace_id: 'a', messages: [{ role: 'assistant', content: SAID }] }, session('b')],
    { for: 'trl-prompt-completion' },
  ],
  [/the session has no reward/, [session('a')], { for: 'trl-kto', view: 'session' }],
  [/^not in a pair$/, [session('a')], { view: 'preference' }],
  [/^answers are not part of a task$/, [session('a')], { view: 'task', for: 'hf' }],
  [/^no tool interaction$/, [session('a'), pair('b', 'short')], { view: 'tool-interaction' }],
  [/^joined with an answer that is not to be trained$/, [joining()], { for: 'together', mask: ['errors'], view: 'session' }],
  [
    /^The conversation has 129 tools/,
    [
      {
        ...session('a'),
        tools: { schemas: Array.from({ length: 129 }, (_, i) => ({ type: 'function', function: { name: `t${i}` } })) },
      } as unknown as Row,
    ],
    { for: 'openai' },
  ],
]

function pair(id: string, fixed: string): Row {
  const call = (n: number, path: string) => [
    { id: `${id}${n}`, type: 'function', function: { name: 'read', arguments: JSON.stringify({ path }) } },
  ]
  const messages = [
    { role: 'user', content: TASK },
    { role: 'assistant', content: 'First.', tool_calls: call(1, 'a') },
    { role: 'tool', tool_call_id: `${id}1`, content: 'no' },
    { role: 'assistant', content: fixed, tool_calls: call(2, 'b') },
    { role: 'tool', tool_call_id: `${id}2`, content: 'yes' },
  ]
  return { trace_id: id, messages, message_meta: messages.map((_, i) => (i === 2 ? { is_error: true } : {})) } as unknown as Row
}

function joining(): Row {
  const messages = [
    { role: 'user', content: TASK },
    { role: 'assistant', content: SAID },
    { role: 'assistant', content: 'And more.', tool_calls: [{ id: 'c', type: 'function', function: { name: 'read', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c', content: 'no' },
    { role: 'user', content: 'Again' },
    { role: 'assistant', content: 'Well.' },
  ]
  return { trace_id: 'joining', messages, message_meta: messages.map((_, i) => (i === 3 ? { is_error: true } : {})) } as unknown as Row
}

describe('what an export leaves out', () => {
  it.each(CASES.map(([reason, rows, options]) => ({ reason, rows, options })))(
    'stands in rejects: $reason',
    async ({ reason, rows, options }) => {
      const output = join(base, String(count++))
      const { funnel, rejects } = await exportDataset(rows, { output, ...options })
      const lines = rejectsIn(output)
      // The funnel and the lines of rejects say the same of every reason, and all tokens are in one or the other.
      expect(lossesIn(output)).toEqual({ ...funnel.dropped })
      expect(
        Object.fromEntries(
          Map.groupBy(lines, line => line.reason)
            .entries()
            .map(([kind, all]) => [kind, all.length]),
        ),
      ).toEqual({ ...rejects })
      const masked = Object.values(funnel.masked).reduce((sum, tokens) => sum + tokens, 0)
      expect(funnel.trained + masked + lines.reduce((sum, { tokens = 0 }) => sum + tokens, 0)).toBe(funnel.all)
      const told = lines.filter(line => reason.test(line.detail ?? line.reason))
      expect(
        told.map(({ at }) => at),
        JSON.stringify(lines),
      ).toHaveLength(1)
      const ids = rows.map(row => row['trace_id'])
      for (const { at } of lines) expect(ids).toContain(at)
    },
  )
})

it('counts results that answer no call', async () => {
  const messages = [...(session('a')['messages'] as object[]), { role: 'tool', tool_call_id: 'gone', content: 'x' }]
  const row = { trace_id: 'a', messages } as unknown as Row
  expect((await exportDataset([row], { output: join(base, 'orphans') })).notes).toEqual({ 'results left out that answer no call': 1 })
})

it('counts reasons of any number under names of a bounded number', () => {
  const rejects = new Rejects(null)
  for (let i = 0; i < 1000; i++) rejects.lose(`r${i}`, { reason: `found ${i} of a kind`, tokens: 1, place: null })
  for (let i = 0; i < 1000; i++)
    rejects.lose(`r${i}`, { reason: `found ${String.fromCharCode(97 + (i % 26), 97 + (i % 25))}`, tokens: 1, place: null })
  expect(Object.keys(rejects.counts).length).toBeLessThanOrEqual(201)
  expect(Object.values(rejects.counts).reduce((a, b) => a + b)).toBe(2000)
})
