import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type CostLine, costOf } from '../src/cost/cost-table.ts'
import { readFacts } from '../src/dataset/dataset-facts.ts'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { ingestToStore } from '../src/dataset/store/ingest.ts'
import { Random } from '../src/random.ts'
import { startStudio } from '../src/studio/studio.ts'

/*
 * The same responses in several logs, laid out as people and programs lay them out. What a folder with the copies took is what the
 * folder without them took, and whoever tells it tells the same: the bill, facts in code and in SQL, and the studio.
 */

type Files = { [path: string]: string }
type Layout = { alone: Files; copies: Files }

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const lines = (records: readonly object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('')
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString()
const SESSION = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'
const LONG = (word: string) => `${word} `.repeat(60).trim()

/** Entries of Claude Code: prompts, and responses whose pieces are entries of their own. */
class Claude {
  private readonly random: Random
  private next: number
  constructor(seed: number) {
    this.random = new Random(seed)
    this.next = seed * 1000
  }

  upTo(n: number): number {
    return 1 + Math.floor(this.random.next() * n)
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.next).padStart(12, '0')}`
  }

  prompt(second: number, text: string): object {
    return { type: 'user', uuid: this.uuid(), timestamp: at(second), message: { role: 'user', content: text } }
  }

  response(second: number, pieces: readonly object[], more: object = {}): object[] {
    const id = `msg_01${this.uuid().replaceAll('-', '').slice(-12)}Kq9vTzR4`
    const usage = {
      input_tokens: this.upTo(500),
      cache_read_input_tokens: this.upTo(90_000),
      cache_creation_input_tokens: this.upTo(9_000),
      output_tokens: 100 + this.upTo(900),
    }
    const message = { id, type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_reason: 'end_turn', usage, ...more }
    return pieces.map((piece, i) => ({
      type: 'assistant',
      uuid: this.uuid(),
      requestId: `req_${id}`,
      timestamp: at(second + i),
      message: { ...message, content: [piece] },
    }))
  }
}

const text = (words: string) => ({ type: 'text', text: words })
const called = (id: string, command: string) => ({ type: 'tool_use', id, name: 'Bash', input: { command } })
const chained = (records: readonly object[], common: object = {}) => {
  let parentUuid: string | null = null
  return lines(
    records.map(record => {
      const line = { parentUuid, sessionId: SESSION, version: '2.0.0', cwd: '/srv/kites', ...record, ...common }
      parentUuid = (record as { uuid: string }).uuid
      return line
    }),
  )
}

function claudeSession(seed: number) {
  const claude = new Claude(seed)
  const first = claude.response(2, [
    text('I look.'),
    called(`toolu_01a${seed}Xy7Qw9Zk3LmNp`, 'ls'),
    called(`toolu_01b${seed}Xy7Qw9Zk3LmNp`, 'pwd'),
  ])
  const second = claude.response(20, [text(LONG(`kite${seed}`))])
  const records = [claude.prompt(1, `Mend the kite ${seed}`), ...first, claude.prompt(15, 'And the tail'), ...second]
  return { claude, records, first, second, log: chained(records) }
}

const usageOf = (record: object) => (record as { message: { usage: { [key: string]: number } } }).message.usage
const withUsage = (record: object, usage: object, more: object = {}) => {
  const { message } = record as { message: object }
  return { ...record, message: { ...message, usage: { ...usageOf(record), ...usage }, ...more } }
}

/** A session of Pi: each answer with its tokens, and ids of entries that no provider gave. */
const pi = (answers: readonly { words: string; input: number; output: number }[]) =>
  lines([
    { type: 'session', version: 3, id: 'a1b2c3d4-0000-4000-8000-000000000001', timestamp: at(0), cwd: '/srv/kites' },
    ...answers.flatMap(({ words, input, output }, i) => {
      const usage = { input, output, cacheRead: 0, cacheWrite: 0, totalTokens: input + output, cost: { total: 0 } }
      const [asked, answered] = [`e${i}a5f3c1`, `e${i}b9d2e4`]
      const message = {
        role: 'assistant',
        content: [{ type: 'text', text: words }],
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        usage,
      }
      return [
        {
          type: 'message',
          id: asked,
          parentId: i === 0 ? null : `e${i - 1}b9d2e4`,
          timestamp: at(10 * i),
          message: { role: 'user', content: `Do ${i}` },
        },
        { type: 'message', id: answered, parentId: asked, timestamp: at(10 * i + 5), message },
      ]
    }),
  ])

/** What a gateway keeps of a session: a conversation for each request. */
const gateway = (answers: readonly { words: string; input: number; output: number }[]) =>
  lines(
    answers.map(({ words, input, output }, i) => ({
      id: `request-${i}`,
      messages: [
        { role: 'user', content: `Do ${i}` },
        {
          role: 'assistant',
          id: `chatcmpl-7Hq2Kx9Lm4Np${i}`,
          model: 'claude-sonnet-4-5',
          timestamp: at(10 * i + 4),
          content: `${words}\n`,
          usage: { prompt_tokens: input, completion_tokens: output },
        },
      ],
    })),
  )

const ANSWERS = [
  { words: 'Done.', input: 1200, output: 30 },
  { words: LONG('wind'), input: 1500, output: 90 },
  { words: 'Done.', input: 1700, output: 31 },
]

const layouts: [string, (seed: number) => Layout][] = [
  [
    'a piece of a response, in a log behind the whole',
    seed => {
      const { log, first } = claudeSession(seed)
      return { alone: { 'a/s.jsonl': log }, copies: { 'b/call.jsonl': chained([first[1]!]), 'c/call.jsonl': chained([first[2]!]) } }
    },
  ],
  [
    'a piece of a response, in a log before the whole',
    seed => {
      const { log, first } = claudeSession(seed)
      return { alone: { 'm/s.jsonl': log }, copies: { 'a/call.jsonl': chained([first[1]!], { sessionId: OTHER }) } }
    },
  ],
  [
    'two pieces, and the whole in neither log',
    seed => {
      const { first } = claudeSession(seed)
      const sessionId = OTHER
      return { alone: { 'a/one.jsonl': chained([first[0]!]) }, copies: { 'b/two.jsonl': chained([first[1]!, first[2]!], { sessionId }) } }
    },
  ],
  [
    'a log that was copied while a response was still being written, and its tokens were few',
    seed => {
      const { log, records, first } = claudeSession(seed)
      const early = [
        records[0]!,
        ...first.slice(0, 1 + (seed % 2)).map(record => withUsage(record, { output_tokens: seed }, { stop_reason: null })),
      ]
      return {
        alone: { 'm/s.jsonl': log },
        copies: { 'a/early.jsonl': chained(early), 'b/s.jsonl': chained(early), 'z/early.jsonl': chained(early) },
      }
    },
  ],
  [
    'a session that repeats another, of which it knew fewer tokens, before it and behind it',
    seed => {
      const { log, records, second } = claudeSession(seed)
      const early = [
        ...records.slice(0, -second.length),
        ...second.map(record => withUsage(record, { output_tokens: 1 }, { stop_reason: null })),
      ]
      const [before, behind] = [OTHER, OTHER.replaceAll('2', '3')]
      return {
        alone: { 'm/s.jsonl': log },
        copies: { 'a/early.jsonl': chained(early, { sessionId: before }), 'z/early.jsonl': chained(early, { sessionId: behind }) },
      }
    },
  ],
  [
    'a session that goes on in another file, with an answer that broke off among what it repeats',
    seed => {
      const { claude, records } = claudeSession(seed)
      const broken = claude.response(30, [text('Then the')], { stop_reason: null })
      const more = [claude.prompt(40, 'Go on'), ...claude.response(45, [text('Flown.')])]
      const all = [...records, ...broken]
      return {
        alone: { 'a/s.jsonl': chained([...all, ...more]) },
        copies: { 'b/next.jsonl': chained([...all, ...more], { sessionId: OTHER }), 'c/early.jsonl': chained(all, { sessionId: OTHER }) },
      }
    },
  ],
  [
    'the log of a sub-agent, beside its lines in the log that spawned it',
    seed => {
      const { claude, records } = claudeSession(seed)
      const spawned = [
        claude.prompt(50, 'Look around'),
        ...claude.response(52, [text('Two kites.'), called(`toolu_01c${seed}Xy7Qw9Zk3LmNp`, 'ls')]),
      ]
      const side = spawned.map(record => ({ ...record, isSidechain: true }))
      return {
        alone: { [`p/${SESSION}.jsonl`]: chained(records) + chained(side) },
        copies: { [`p/${SESSION}/subagents/agent-a5c8.jsonl`]: chained(spawned, { isSidechain: true, agentId: 'a5c8' }) },
      }
    },
  ],
  [
    'the log of a gateway beside an agent’s, each with ids of its own',
    () => ({ alone: { 'pi/s.jsonl': pi(ANSWERS) }, copies: { 'gateway.jsonl': gateway(ANSWERS) } }),
  ],
  [
    'a response without its id, at its time',
    () => {
      const said = (id: object) =>
        lines([
          {
            session_id: `row${Object.keys(id).length}`,
            messages: [
              { role: 'user', content: 'Fly' },
              {
                role: 'assistant',
                content: 'Flown.',
                ...id,
                model: 'm',
                timestamp: at(3),
                usage: { prompt_tokens: 90, completion_tokens: 3 },
              },
            ],
          },
        ])
      return { alone: { 'a.jsonl': said({ id: 'chatcmpl-7Hq2Kx9Lm4Np1' }) }, copies: { 'b.jsonl': said({}) } }
    },
  ],
]

async function storeOf(files: Files): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-copies-'))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'logs', path)), { recursive: true })
    writeFileSync(join(folder, 'logs', path), content)
  }
  await ingestToStore({ format: 'auto', path: join(folder, 'logs'), folder: join(folder, 'store'), workers: 1 })
  return join(folder, 'store')
}

const TOKENS = ['input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'output_tokens'] as const
type Sums = { [key in (typeof TOKENS)[number] | 'responses']: number }

function sumsOf(told: readonly { [key: string]: unknown }[]): Sums {
  const sum = (key: string) => told.reduce((sum, one) => sum + Number(one[key] ?? 0), 0)
  return { responses: told.length, ...(Object.fromEntries(TOKENS.map(key => [key, sum(key)])) as Omit<Sums, 'responses'>) }
}

const picked = (line: CostLine): Sums => ({
  responses: line.responses,
  ...(Object.fromEntries(TOKENS.map(key => [key, line[key]])) as Omit<Sums, 'responses'>),
})

/** What a store took, as everybody tells it; fails where two tell different things. */
async function toldOf(store: string): Promise<Sums & { usd: number | null }> {
  const { total } = await costOf(store)
  const facts = await Array.fromAsync(readFacts(store))
  expect(sumsOf(facts.flatMap(({ responses, rest }) => [...responses, ...(rest === null ? [] : [rest])]))).toEqual(picked(total))
  await using dataset = await openDataset(store)
  const told = (await dataset.query(
    'select unnest(responses) as r from facts union all by name select rest as r from facts where rest is not null',
  )) as { r: { [key: string]: unknown } }[]
  expect(sumsOf(told.map(({ r }) => r))).toEqual(picked(total))
  await using studio = await startStudio({ paths: [store], readOnly: true })
  const url = new URL(`/api/sources/${encodeURIComponent('store')}/overview`, studio.url)
  const answer = await fetch(url, { headers: { authorization: `Bearer ${studio.token}` } })
  const { data } = (await answer.json()) as { data: { tokens: number; usd: number | null } }
  expect(data.tokens).toBe(total.input_tokens + total.output_tokens)
  expect(data.usd ?? 0).toBeCloseTo(total.usd ?? 0, 9)
  return { ...picked(total), usd: total.usd }
}

describe('responses that several logs tell', () => {
  it.each(layouts)('count once: %s', async (_name, layout) => {
    for (const seed of [1, 2, 3]) {
      const { alone, copies } = layout(seed)
      const once = await toldOf(await storeOf(alone))
      expect(once.responses).toBeGreaterThan(0)
      const twice = await toldOf(await storeOf({ ...alone, ...copies }))
      expect({ ...twice, usd: null }).toEqual({ ...once, usd: null })
      expect(twice.usd ?? 0).toBeCloseTo(once.usd ?? 0, 9)
    }
  })

  it('count once in any number of copies of all layouts', async () => {
    const made = layouts.slice(0, 7).map(([, layout], i) => layout(10 + i))
    const named = (files: Files, folder: string) =>
      Object.fromEntries(Object.entries(files).map(([path, log]) => [`${folder}/${path}`, log]))
    const alone = Object.assign({}, ...made.map(({ alone }, i) => named(alone, `${i}`)))
    const once = await toldOf(await storeOf(alone))
    const twice = await toldOf(await storeOf(Object.assign({}, alone, ...made.map(({ copies }, i) => named(copies, `${i}`)))))
    expect({ ...twice, usd: null }).toEqual({ ...once, usd: null })
    const thrice = Object.assign(
      {},
      ...[1, 2, 3].flatMap(n => made.map(({ alone, copies }, i) => named({ ...alone, ...copies }, `${n}/${i}`))),
    )
    expect({ ...(await toldOf(await storeOf(thrice))), usd: null }).toEqual({ ...once, usd: null })
  })
})
