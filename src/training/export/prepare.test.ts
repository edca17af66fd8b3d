import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { writeJson } from '../../json/exact.ts'
import type { Row } from '../../row.ts'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import { exportDataset } from './export.ts'

const base = mkdtempSync(join(tmpdir(), 'prepare-'))
afterAll(() => rmSync(base, { recursive: true }))
const model = join(base, 'tokenizer.json')
writeFileSync(model, byteTokenizer())

/** A session whose log lost what was asked: it begins with an answer of the model, or with the result of a call. */
function withoutRequest(first: 'assistant' | 'tool', system: boolean): Row {
  const called = (i: number) => ({
    role: 'assistant',
    content: `Looking at bed ${i}.`,
    tool_calls: [{ id: `c${i}`, type: 'function', function: { name: 'look', arguments: { bed: i } } }],
  })
  const seen = (i: number) => ({ role: 'tool', tool_call_id: `c${i}`, content: `Bed ${i} is dry. ${'Very dry. '.repeat(20)}` })
  const messages = [...Array(8).keys()].flatMap(i => [called(i), seen(i)]).slice(first === 'tool' ? 1 : 0)
  const whole = [
    ...(system ? [{ role: 'system', content: 'You look after beds.' }] : []),
    ...messages,
    { role: 'assistant', content: 'All dry.' },
  ]
  return { trace_id: `${first}-${system}`, messages: whole, message_meta: whole.map(() => ({})) } as unknown as Row
}

const ROWS = [
  withoutRequest('assistant', false),
  withoutRequest('tool', false),
  withoutRequest('assistant', true),
  withoutRequest('tool', true),
]

async function exported(dialect: 'sharegpt' | 'llama-factory' | 'together' | 'trl-prompt-completion', maxTokens: number | undefined) {
  const output = join(base, `${dialect}-${maxTokens}`)
  const windows = maxTokens === undefined ? {} : { model, maxTokens }
  const { funnel } = await exportDataset(ROWS, { output, for: dialect, view: 'session', tools: 'recorded', ...windows })
  const text = readFileSync(join(output, 'data/train-00000-of-00001.jsonl'), 'utf8')
  return {
    funnel,
    rows: text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  }
}

for (const maxTokens of [undefined, 700, 1000, 1600])
  it(`rows of sessions without a request begin with what the model reads, in windows of ${maxTokens} tokens`, async () => {
    for (const dialect of ['sharegpt', 'llama-factory', 'together'] as const) {
      const { rows } = await exported(dialect, maxTokens)
      expect(rows.length, dialect).toBeGreaterThanOrEqual(4)
      for (const row of rows) {
        const speakers = ((row.conversations ?? row.messages) as { [key: string]: string }[]).map(
          message => message['from'] ?? message['role']!,
        )
        const turns = speakers[0] === 'system' ? speakers.slice(1) : speakers
        expect(turns.length % 2, writeJson(row)).toBe(0)
        for (const [i, speaker] of turns.entries())
          expect(i === 0 ? ['human', 'user'] : i % 2 === 0 ? ['human', 'user', 'tool', 'observation'] : ['gpt', 'assistant']).toContain(
            speaker,
          )
      }
    }
    const { rows } = await exported('trl-prompt-completion', maxTokens)
    for (const row of rows) expect(row.prompt, writeJson(row)).not.toEqual([])
  })
