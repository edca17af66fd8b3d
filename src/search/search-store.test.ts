import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../dataset/open-dataset.ts'
import { ingestToStore } from '../dataset/store/ingest.ts'
import { Random } from '../random.ts'
import { type SearchOptions, searchStore } from './search-store.ts'
import { refreshIfSearched } from './segments.ts'
import { textsOf } from './text-of-row.ts'

/** Words of many kinds, of which sessions are made. */
const WORDS = [
  'the',
  'THE',
  'Garden',
  'garden/beds.ts',
  'ENOENT:',
  'naïve',
  'nai\u0308ve',
  'İstanbul',
  'ſtone',
  '漢字',
  '🌱',
  'a',
  '\\d+',
  '__proto__',
  'x\0y',
  'KELVIN',
  'ß',
]
let folder: string
const store = () => join(folder, 'store')

function writeLog(
  number: number,
  words: readonly string[],
  at = Date.parse('2026-01-01T00:00:00Z') + ((number * 7) % 40) * 86_400_000,
): void {
  const id = `${String(number).padStart(8, '0')}-1111-4111-8111-111111111111`
  const record = (n: number, more: object) =>
    `${JSON.stringify({ parentUuid: n === 1 ? null : `${id}-${n - 1}`, uuid: `${id}-${n}`, sessionId: id, cwd: '/srv/garden', version: '2.0.0', timestamp: new Date(at + n * 1000).toISOString(), ...more })}\n`
  const usage = { input_tokens: 1, output_tokens: 1 }
  const text = words.join(' ')
  const lines = [
    record(1, { type: 'user', message: { role: 'user', content: `${number} ${text}` } }),
    record(2, {
      type: 'assistant',
      message: {
        id: `m${number}`,
        role: 'assistant',
        model: 'm',
        usage,
        content: [
          { type: 'thinking', thinking: `thought ${words[0]}` },
          { type: 'tool_use', id: `t${number}`, name: 'Bash', input: { command: `grep "${words[1]}"\n${number}` } },
        ],
      },
    }),
    record(3, {
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${number}`, content: text.toUpperCase() }] },
    }),
    record(4, {
      type: 'assistant',
      message: { id: `n${number}`, role: 'assistant', model: 'm', usage, content: [{ type: 'text', text: `answer ${number}` }] },
    }),
  ]
  mkdirSync(join(folder, 'logs', '-srv-garden'), { recursive: true })
  writeFileSync(join(folder, 'logs', '-srv-garden', `${id}.jsonl`), lines.join(''))
}

const ingest = () => ingestToStore({ format: 'claude_code', path: join(folder, 'logs'), folder: store(), workers: 1, shardBytes: 20_000 })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-search-'))
  const random = new Random(3)
  for (let number = 0; number < 40; number++)
    writeLog(
      number,
      Array.from({ length: 1 + random.integer(number % 9 === 0 ? 40_000 : 60) }, () => WORDS[random.integer(WORDS.length)]!),
    )
  await ingest()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The same by going through all rows: what is found, and in which order. */
async function scanned(isIn: (text: string) => number): Promise<[string, number][]> {
  await using dataset = await openDataset(store())
  const found: [string, number, string][] = []
  for await (const row of dataset.rows()) {
    const hits = textsOf(row).reduce((sum, { text }) => sum + isIn(text), 0)
    if (hits > 0) found.push([String(row['trace_id']), hits, String(row['started_at'])])
  }
  return found.sort((a, b) => (a[2] < b[2] ? 1 : a[2] > b[2] ? -1 : a[0] < b[0] ? -1 : 1)).map(([id, hits]) => [id, hits])
}

const counted = (text: string, word: string) => text.split(word).length - 1
const found = async (text: string, options: SearchOptions = {}) =>
  (await searchStore(store(), text, { limit: Infinity, ...options })).sessions.map(({ trace_id, hits }) => [trace_id, hits.length])

describe('what is found is what is there', () => {
  it.each([
    ...WORDS.filter(word => !/[\0ſ]|\u0308|İ/.test(word)),
    'arden/be',
    'ENOENT: n',
    'en',
    't',
    'answer 3',
    'nowhere at all',
    'grep "',
  ])('%j', async word => {
    const wanted = word.normalize('NFC')
    expect(await found(word, { caseSensitive: true })).toEqual(await scanned(text => counted(text, wanted)))
    expect(await found(word)).toEqual(
      await scanned(text =>
        counted(
          text.replace(/[^İ]/gu, c => c.toLowerCase()),
          wanted.toLowerCase(),
        ),
      ),
    )
  })

  it.each(['gard[ae]n', '^answer \\d+$', 'ENO\\w+:', '漢.', 'thought (the|a)$', 'command: grep'])('/%s/', async pattern => {
    const expression = new RegExp(pattern, 'gimu')
    expect(await found(pattern, { regexp: true })).toEqual(await scanned(text => [...text.matchAll(expression)].length))
  })

  it('composed letters and those with marks are the same', async () => {
    expect(await found('naïve')).toEqual(await found('nai\u0308ve'))
    expect((await found('İstanbul')).length).toBeGreaterThan(0)
    for (const word of ['ſtone', 'STONE', 'stone'])
      expect(await found(word), word).toEqual(await scanned(text => counted(text.toLowerCase().replaceAll('ſ', 's'), 'stone')))
    expect(await found('stone$', { regexp: true })).toEqual(await scanned(text => [...text.matchAll(/stone$/gimu)].length))
  })

  it('of each session as many places are told as are asked for, the first ones, and all are counted', async () => {
    for (const word of ['garden', 'e', 'ENOENT:']) {
      const whole = await searchStore(store(), word, { limit: Infinity })
      expect(whole.sessions.every(({ hits, places }) => hits.length === places)).toBe(true)
      for (const hits of [0, 1, 3]) {
        const some = await searchStore(store(), word, { limit: Infinity, hits })
        expect(some.sessions).toEqual(whole.sessions.map(session => ({ ...session, hits: session.hits.slice(0, hits) })))
      }
    }
  })

  it('the newest so many are the newest of all, and it is said whether there are more', async () => {
    for (const word of ['garden', 'ENOENT:', 'answer 3'])
      for (const limit of [1, 3, 39]) {
        const all = await found(word)
        const some = await searchStore(store(), word, { limit })
        expect(some.sessions.map(({ trace_id, hits }) => [trace_id, hits.length])).toEqual(all.slice(0, limit))
        if (all.length > limit) expect(some.hasMore).toBe(true)
      }
    const { length } = await found('answer')
    for (const limit of [length - 1, length]) expect((await searchStore(store(), 'answer', { limit })).hasMore).toBe(limit < length)
  })

  it('nothing is found over the end of what one message says, and a hit says where it is', async () => {
    expect(await found('answer[\\s\\S]*thought', { regexp: true })).toEqual([])
    const { sessions } = await searchStore(store(), 'ANSWER 12')
    expect(sessions).toMatchObject([
      { project: '/srv/garden', agent: 'claude_code', hits: [{ message: 3, whose: 'model', before: '', match: 'answer 12', after: '' }] },
    ])
  })

  it('selectors, and whose words they are, narrow it', async () => {
    expect(await found('garden', { whose: ['tool'] })).not.toEqual(await found('garden'))
    expect(await found('answer', { whose: ['human'] })).toEqual([])
    expect(await found('answer', { select: { session: '00000003' } })).toEqual([['00000003-1111-4111-8111-111111111111', 1]])
  })
})

it('a pattern that would take forever is ended', async () => {
  writeLog(90, [`${'a'.repeat(60)}!`])
  await ingest()
  await expect(searchStore(store(), '(a+a+)+$', { regexp: true, patternMs: 300 })).rejects.toThrow(/took longer than 0\.3 s/)
})

it.each([
  ['', {}, /found no words/],
  ['(', { regexp: true }, /Cannot search for the pattern '\('/],
])('%j is refused', async (text, options, message) => {
  await expect(searchStore(store(), text, options)).rejects.toThrow(message)
})

it('new logs are found, the texts of old ones are not written again, and those of rows that are gone go', async () => {
  const segments = () => readdirSync(join(store(), 'search')).sort()
  await searchStore(store(), 'x')
  const before = segments()
  for (const name of before) utimesSync(join(store(), 'search', name), 1, 1)
  writeLog(91, ['Brandnew'])
  await ingest()
  await refreshIfSearched(store())
  const kept = segments().filter(name => before.includes(name))
  expect(kept.length).toBeGreaterThan(0)
  expect(segments().length).toBeGreaterThan(kept.length)
  for (const name of kept) expect(statSync(join(store(), 'search', name)).mtimeMs).toBe(1000)
  expect((await searchStore(store(), 'brandnew')).sessions).toHaveLength(1)
  writeLog(91, ['Rewritten'])
  await ingest()
  expect((await searchStore(store(), 'brandnew')).sessions).toHaveLength(0)
  expect((await searchStore(store(), 'rewritten')).sessions).toHaveLength(1)
})

it('a damaged segment is made again, and one that is in nobody’s way is not needed by an ingest', async () => {
  const path = join(store(), 'search', readdirSync(join(store(), 'search'))[0]!)
  const whole = readFileSync(path)
  const expected = await found('garden')
  for (const damaged of [whole.subarray(0, whole.length - 5), Buffer.alloc(3), Buffer.alloc(0)]) {
    writeFileSync(path, damaged)
    expect(await found('garden')).toEqual(expected)
    expect(readFileSync(path)).toEqual(whole)
  }
  const other = join(folder, 'other')
  await ingestToStore({ format: 'claude_code', path: join(folder, 'logs'), folder: other, workers: 1 })
  await refreshIfSearched(other)
  expect(existsSync(join(other, 'search'))).toBe(false)
})

it('what is no store cannot be searched', async () => {
  await expect(searchStore(join(folder, 'logs'), 'x')).rejects.toThrow(/it is no store/)
})
