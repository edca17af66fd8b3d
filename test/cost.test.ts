import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CostReport, costOf } from '../src/cost/cost-table.ts'
import { Random } from '../src/random.ts'
import { startCli } from './cli-process.ts'

/*
 * Logs in which responses stand several times: in pieces, each with the usage of the whole; in a session that was gone on with and
 * repeats the one before; and those of sub-agents in files of their own. What they took is counted here from their bytes alone.
 */

const PRICES = { 'model-a': { input: 3, cached_input: 0.3, cache_write: 3.75, output: 15 }, 'model-b': { input: 1, output: 5 } }
let folder: string
const store = () => join(folder, 'store')
const run = (...args: string[]) => startCli(args, folder, { TZ: 'UTC' }).output

function writeLogs(): void {
  const random = new Random(7)
  const upTo = (n: number) => Math.floor(random.next() * n)
  let next = 0
  const response = (id: string, at: number, model: string, pieces: number) => {
    const message = {
      id: `msg_01${id}`,
      role: 'assistant',
      model,
      stop_reason: 'end_turn',
      usage: {
        input_tokens: upTo(500),
        cache_read_input_tokens: upTo(250_000),
        cache_creation_input_tokens: upTo(9_000),
        output_tokens: upTo(3_000),
      },
    }
    return Array.from({ length: pieces }, (_, i) => ({
      type: 'assistant',
      requestId: `req_${id}`,
      timestamp: new Date(at + i).toISOString(),
      message: { ...message, content: [{ type: 'text', text: `The answer ${id} in its piece ${i}` }] },
    }))
  }
  const write = (path: string, records: object[], common: object) => {
    let parent: string | null = null
    const lines = records.map(record => {
      const uuid = `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}`
      const line = { parentUuid: parent, uuid, version: '2.0.0', cwd: '/srv/garden', ...common, ...record }
      parent = uuid
      return `${JSON.stringify(line)}\n`
    })
    mkdirSync(dirname(join(folder, 'logs', path)), { recursive: true })
    writeFileSync(join(folder, 'logs', path), lines.join(''))
  }
  for (let s = 1; s <= 4; s++) {
    const sessionId = `${s}1111111-1111-4111-8111-111111111111`
    const start = Date.parse('2026-03-01T08:00:00Z') + s * 20 * 3_600_000
    const records = Array.from({ length: 5 }, (_, i) => [
      {
        type: 'user',
        timestamp: new Date(start + i * 3_600_000).toISOString(),
        message: { role: 'user', content: `Question ${i} of ${s}` },
      },
      ...response(`${s}x${i}`, start + i * 3_600_000 + 60_000, i % 3 === 0 ? 'model-b' : 'model-a', 1 + upTo(3)),
    ]).flat()
    write(`-srv-garden/${sessionId}.jsonl`, records, { sessionId })
    const again = `${s}2222222-2222-4222-8222-222222222222`
    const more = response(`${s}more`, start + 9 * 3_600_000, 'model-a', 2)
    if (s === 2)
      write(
        `-srv-garden/${again}.jsonl`,
        [
          ...records,
          { type: 'user', timestamp: new Date(start + 8 * 3_600_000).toISOString(), message: { role: 'user', content: 'And on' } },
          ...more,
        ],
        { sessionId: again },
      )
    const agent = { sessionId, isSidechain: true, agentId: `a${s}` }
    const prompt = { type: 'user', timestamp: new Date(start).toISOString(), message: { role: 'user', content: 'Look around' } }
    if (s > 2)
      write(`-srv-garden/${sessionId}/subagents/agent-a${s}.jsonl`, [prompt, ...response(`${s}sub`, start + 1000, 'model-a', 2)], agent)
  }
}

type Tokens = { [key in 'input_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens' | 'output_tokens']: number }

/** What the logs say, by no code of ours: each response once, by its id. */
function countedFromBytes(): { model: string; usage: Tokens; day: string; isAgent: boolean }[] {
  const found = new Map<string, { model: string; usage: Tokens; day: string; isAgent: boolean }>()
  for (const file of readdirSync(join(folder, 'logs'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.jsonl')) continue
    for (const line of readFileSync(join(folder, 'logs', file), 'utf8')
      .trim()
      .split('\n')) {
      const { message, timestamp } = JSON.parse(line)
      if (message.id && !found.has(message.id))
        found.set(message.id, {
          model: message.model,
          usage: message.usage,
          day: timestamp.slice(0, 10),
          isAgent: file.includes('subagents'),
        })
    }
  }
  return [...found.values()]
}

function usdOf({ model, usage }: { model: string; usage: Tokens }): number {
  const { input, output, ...cache } = PRICES[model as keyof typeof PRICES] as {
    input: number
    output: number
    cached_input?: number
    cache_write?: number
  }
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = usage
  const cached = cache_read_input_tokens * (cache.cached_input ?? input) + cache_creation_input_tokens * (cache.cache_write ?? input)
  return (input_tokens * input + cached + output_tokens * output) / 1e6
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-cost-'))
  writeLogs()
  writeFileSync(join(folder, 'prices.json'), JSON.stringify(PRICES))
  expect((await run('ingest', 'logs', '-f', 'claude_code', '-o', 'store')).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bill = async (...args: string[]): Promise<CostReport> =>
  JSON.parse((await run('cost', 'store', '--prices', 'prices.json', '--json', ...args)).stdout)

it('a bill is what the logs say: each response once, whatever repeats it', async () => {
  const counted = countedFromBytes()
  const { total } = await bill()
  const sum = (key: keyof Tokens) => counted.reduce((sum, { usage }) => sum + usage[key], 0)
  expect(total).toMatchObject({
    responses: counted.length,
    input_tokens: sum('input_tokens') + sum('cache_read_input_tokens') + sum('cache_creation_input_tokens'),
    cached_input_tokens: sum('cache_read_input_tokens'),
    cache_write_tokens: sum('cache_creation_input_tokens'),
    output_tokens: sum('output_tokens'),
    unpriced_tokens: 0,
  })
  expect(total.usd).toBeCloseTo(
    counted.map(usdOf).reduce((a, b) => a + b),
    8,
  )
  expect(total.subagents_usd).toBeCloseTo(
    counted
      .filter(({ isAgent }) => isAgent)
      .map(usdOf)
      .reduce((a, b) => a + b),
    8,
  )
})

it.each(['day', 'model'] as const)('split by %s, each line is what the logs say', async by => {
  const { lines } = await bill('--by', by)
  const groups = Map.groupBy(countedFromBytes(), one => one[by])
  expect(lines.map(({ key }) => key).sort()).toEqual([...groups.keys()].sort())
  for (const { key, usd, responses } of lines) {
    expect(responses).toBe(groups.get(key!)!.length)
    expect(usd).toBeCloseTo(
      groups
        .get(key!)!
        .map(usdOf)
        .reduce((a, b) => a + b),
      8,
    )
  }
})

it.each(['day', 'week', 'month', 'model', 'project', 'agent', 'session'] as const)('lines by %s add up to the total', async by => {
  const { lines, total } = await costOf(store(), { by, prices: join(folder, 'prices.json') })
  for (const key of ['responses', 'input_tokens', 'output_tokens', 'usd', 'subagents_usd'] as const)
    expect(lines.reduce((sum, line) => sum + (line[key] ?? 0), 0)).toBeCloseTo(total[key]!, 8)
})

it('sub-agents are on the bill of the session that spawned them, also where only they are selected', async () => {
  const { lines } = await bill('--by', 'session')
  expect(lines.map(({ key }) => key!).filter(key => /agent/.test(key))).toEqual([])
  const spawning = lines.filter(({ key }) => /^[34]/.test(key!))
  expect(spawning.map(({ sessions, subagents_usd: usd }) => [sessions, usd > 0])).toEqual([
    [2, true],
    [2, true],
  ])
})

it('what nobody knows the price of is named, and in no sum', async () => {
  writeFileSync(join(folder, 'one.json'), JSON.stringify({ 'model-a': PRICES['model-a'] }))
  const { stdout } = await run('cost', 'store', '--by', 'model', '--prices', 'one.json', '--json')
  const report: CostReport = JSON.parse(stdout)
  const unknown = report.lines.find(({ key }) => key === 'model-b')!
  expect(unknown).toMatchObject({ usd: null, unpriced_tokens: unknown.input_tokens + unknown.output_tokens })
  expect(report.unpriced).toEqual([{ model: 'model-b', responses: unknown.responses, tokens: unknown.unpriced_tokens }])
  const table = (await run('cost', 'store', '--by', 'model', '--prices', 'one.json')).stdout
  expect(table).toMatch(/Unpriced tokens, in no sum: model-b [\d,]+; --prices FILE can say/)
  expect(table).toMatch(/Prices: one\.json, then genai-prices \d/)
  expect((await run('cost', 'store', '--by', 'model', '--prices', 'one.json', '--bars')).stdout).toMatch(
    /model-b +unknown +\+ [\d,]+ unpriced tokens/,
  )
})

it('selectors take sessions, and a file of rows has the same bill as the store', async () => {
  expect((await bill('--model', 'model-c')).total.responses).toBe(0)
  expect((await bill('--since', '2026-03-05')).total.responses).toBeLessThan((await bill()).total.responses)
  await run('query', 'store', '-o', 'rows.parquet')
  const { total } = await costOf(join(folder, 'rows.parquet'), { prices: join(folder, 'prices.json') })
  expect(total).toEqual((await bill()).total)
})

it('says what is wrong with what it was given', async () => {
  expect(await run('cost', 'store', '--by', 'moon')).toMatchObject({ code: 2, stderr: expect.stringMatching(/Allowed choices are day/) })
  expect(await run('cost', 'store', '--prices', 'none.json')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Cannot read prices/),
  })
  expect(await run('cost', 'store', '--project', 'nowhere')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/No response that counts/),
  })
})
