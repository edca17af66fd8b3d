import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import type { Outcome, Row } from '../row.ts'
import { exportDataset } from './export/export.ts'
import { checkStage, runStages, type StageSettings } from './run-stages.ts'
import type { ExportOptions } from './settings/export-options.ts'
import type { Stage } from './stage.ts'
import * as registry from './stages.ts'
import { sampleRow } from './testing/sample-row.ts'

const base = mkdtempSync(join(tmpdir(), 'stages-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0
const stages: Stage[] = Object.values(registry)
const through = (rows: Row[], ...settings: StageSettings[]) => Array.fromAsync(runStages(rows, settings))
const rowsOf = (outcomes: Outcome[]) => outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))
const metasOf = (row: Row) => row['message_meta'] as JsonObject[]
const trainedIn = (row: Row) =>
  (row['messages'] as JsonObject[]).flatMap((message, i) =>
    message['role'] === 'assistant' && metasOf(row)[i]!['train'] !== false ? [metasOf(row)[i]!['source'] ?? i] : [],
  )

describe.each(stages.map(stage => [stage.name, stage] as const))('the stage %s', (name, stage) => {
  it('gives rows and rejects, leaves those it was given alone, and passes rejects on', async () => {
    const rows = [sampleRow('a'), { nothing: true }, sampleRow('b')]
    const before = structuredClone(rows)
    const outcomes = await through(rows, { stage: name, ...stage.example })
    expect(rows).toEqual(before)
    expect(rowsOf(outcomes).length).toBeGreaterThan(0)
    for (const row of rowsOf(outcomes)) expect(row).toHaveProperty('messages')
    // What came out goes in again, and the reject of the first goes through the second.
    const rejected = outcomes.filter(outcome => 'reject' in outcome).length
    const twice = await through(rows, { stage: name, ...stage.example }, { stage: 'filter', filter: ['answers:1-'] })
    expect(twice.filter(outcome => 'reject' in outcome).length).toBeGreaterThanOrEqual(rejected)
  })

  it('refuses settings that are not its own, and lacks none it needs', () => {
    expect(() => checkStage({ stage: name, ...stage.example, license: 'mit' })).toThrow(`The stage ${name} has no setting 'license'`)
    for (const key of stage.needs)
      expect(() => checkStage({ stage: name, ...stage.example, [key]: undefined })).toThrow(`lacks its setting '${key}'`)
    expect(() => checkStage({ stage: `${name}s` })).toThrow(/Unknown stage/)
  })
})

it('the comment of `StageSettings` names every stage', () => {
  const text = readFileSync(join(import.meta.dirname, 'run-stages.ts'), 'utf8')
  const [, comment] = /\/\*\* (.*)\. \*\/\n {2}stage: string/.exec(text)!
  expect(comment).toBe(stages.map(({ name }) => `\`${name}\``).join(', '))
})

/** Data of an export, without what tells that its rows went through other hands. */
async function dataOf(rows: AsyncIterable<Row | Outcome> | Iterable<Row>, options: Partial<ExportOptions>): Promise<string> {
  const output = join(base, String(count++))
  await exportDataset(rows, { output, ...options })
  return readdirSync(join(output, 'data'))
    .map(file => readFileSync(join(output, 'data', file), 'utf8'))
    .join('')
}

const rows = () => [sampleRow('a'), sampleRow('b'), { ...sampleRow('c'), outcome: { status: 'failed', reward: 0.1 } }]

it.each<[what: string, steps: StageSettings[], whole: Partial<ExportOptions>, rest: Partial<ExportOptions>]>([
  ['a view', [{ stage: 'view', view: 'turn' }], { view: 'turn' }, {}],
  ['a view of actions', [{ stage: 'view', view: 'action' }], { view: 'action' }, {}],
  [
    'masks, then a view',
    [
      { stage: 'mask', mask: ['flags', 'replay', 'errors'] },
      { stage: 'view', view: 'turn' },
    ],
    { view: 'turn', mask: ['flags', 'replay', 'errors'] },
    {},
  ],
  ['a filter', [{ stage: 'filter', filter: ['reward>=0.5', 'no-loop'] }], { filter: ['reward>=0.5', 'no-loop'] }, {}],
  [
    'a filter by what is not known',
    [
      { stage: 'filter', filter: ['status!=failed'] },
      { stage: 'view', view: 'session' },
    ],
    { filter: ['status!=failed'], view: 'session' },
    {},
  ],
  ['reasoning', [{ stage: 'reasoning', reasoning: 'inline' }], { reasoning: 'inline' }, {}],
  ['redaction', [{ stage: 'redact', redact: 'default' }], { redact: 'default' }, {}],
  ['caps', [{ stage: 'curate', perTask: 1 }], { perTask: 1 }, {}],
  [
    'windows',
    [{ stage: 'window', model: 'o200k', maxTokens: 600 }],
    { model: 'o200k', maxTokens: 600 },
    { model: 'o200k', maxTokens: 600 },
  ],
])('%s as stages give what they give within an export', async (_, steps, whole, rest) => {
  const expected = await dataOf(rows(), { for: 'axolotl', ...whole })
  const left = runStages(rows(), steps)
  expect(await dataOf(left, { for: 'axolotl', view: 'session', ...rest })).toBe(expected)
})

it('mark what is not trained, and why', async () => {
  const [row] = rowsOf(await through([sampleRow('a')], { stage: 'mask', mask: ['errors'] }))
  expect(metasOf(row!)[4]).toMatchObject({ train: false, masked: 'call that led to an error' })
  expect(trainedIn(row!)).toEqual([6, 8, 11, 13])
})

it('train every answer once at most, over all rows of a view, and name the messages they are from', async () => {
  const made = rowsOf(await through([sampleRow('a')], { stage: 'mask' }, { stage: 'view', view: 'turn' }))
  expect(made.flatMap(trainedIn)).toEqual([4, 6, 8, 11, 13])
  const again = rowsOf(await through(made, { stage: 'view', view: 'action' }))
  expect(again.flatMap(trainedIn)).toEqual([4, 6, 8, 11, 13])
})

it('give rows their split, relatives the same', async () => {
  const child = { ...sampleRow('child'), root_session_id: 'root-a' }
  const made = rowsOf(await through([sampleRow('a'), sampleRow('b'), child], { stage: 'split', split: 'lineage:50/50' }))
  const where = Object.fromEntries(made.map(row => [row['trace_id'], row['split']]))
  expect(where['a']).toBe(where['child'])
  expect(Object.values(where).every(split => split === 'train' || split === 'validation')).toBe(true)
})

it('tell what fits into no window, with its tokens', async () => {
  const outcomes = await through([sampleRow('a')], { stage: 'window', model: 'o200k', maxTokens: 20 })
  expect(outcomes).toContainEqual({ reject: { at: 'a', reason: expect.stringMatching(/over the budget: \d+ tokens of the model$/) } })
})

it('make pairs with their evidence, and tasks with their reward', async () => {
  const [pair] = rowsOf(await through([sampleRow('a')], { stage: 'view', view: 'preference' }))
  expect(pair).toMatchObject({
    evidence: 'error_fix',
    chosen: [{ role: 'assistant' }],
    rejected: [{ role: 'assistant', content: 'I read it.' }],
  })
  const [task] = rowsOf(await through([rows()[2]!], { stage: 'view', view: 'task', reward: ['reward'] }))
  expect(task).toMatchObject({ reward: 0.1, status: 'failed' })
})

describe('columns of one’s own', () => {
  const count = (sampleRow('a')['messages'] as JsonObject[]).length
  const judged = (row: Row) => ({
    ...row,
    label: 'accept',
    label_tags: Array.from({ length: count }, (_, i) => `tag ${i}`),
    batch: { of: 'March' },
    number: 12345678901234567890n,
    scores: Array.from({ length: count }, (_, i) => i / 20),
    message_accepted: [null, null, false, null, true],
    message_labels: [
      { message: 6, label: 'reject', tags: [] },
      { message: 11, label: 'accept', tags: ['tidy'] },
    ],
    label_values: [
      { message: null, name: 'verdict', value: 'accept', by: 'ada' },
      { message: 11, name: 'verdict', value: 'accept', by: 'ada' },
    ],
    message_count: count,
    usage: { input_tokens: 5 },
  })

  it('go along into the rows of every stage that makes others, what is said by message with its message', async () => {
    for (const steps of [
      [{ stage: 'view', view: 'turn' }],
      [{ stage: 'view', view: 'action' }],
      [{ stage: 'view', view: 'preference' }],
      [
        { stage: 'view', view: 'session' },
        { stage: 'reasoning', reasoning: 'drop' },
        { stage: 'window', model: 'o200k', maxTokens: 600 },
        { stage: 'view', view: 'turn' },
      ],
    ] as StageSettings[][]) {
      const made = rowsOf(await through([judged(sampleRow('a')) as Row], ...steps))
      expect(made.length).toBeGreaterThan(0)
      for (const row of made) {
        expect(row).toMatchObject({ label: 'accept', batch: { of: 'March' }, number: 12345678901234567890n })
        expect(row['label_tags']).toHaveLength(count)
        expect(row).not.toHaveProperty('message_count')
        expect(row).not.toHaveProperty('usage')
        const sources = metasOf(row).map(({ source }) => source as number | null)
        const scores = row['scores'] as (number | null)[]
        expect(scores.slice(0, sources.length)).toEqual(sources.map(source => (source === null ? null : source / 20)))
        expect(scores).toHaveLength(sources.length + (row['chosen'] as [])?.length * 2 || sources.length)
        const said = row['message_labels'] as { message: number; label: string }[]
        for (const { message, label } of said) if (message < sources.length) expect(sources[message]).toBe(label === 'reject' ? 6 : 11)
        expect(said.filter(({ message }) => message < sources.length).length).toBe([6, 11].filter(one => sources.includes(one)).length)
        expect((row['label_values'] as JsonObject[])[0]).toMatchObject({ message: null })
        const accepted = row['message_accepted'] as (boolean | null)[]
        expect(sources.map((source, i) => [source, accepted[i]]).filter(([, value]) => value !== null)).toEqual(
          sources.flatMap(source => (source === 2 ? [[2, false]] : source === 4 ? [[4, true]] : [])),
        )
      }
    }
  })

  it('say no behind a view as they do before it', async () => {
    const row = { ...sampleRow('a'), scores: Array.from({ length: count }, (_, i) => (i === 8 ? 0.1 : 0.9)) }
    const steps: StageSettings[] = [
      { stage: 'mask', mask: ['scores'] },
      { stage: 'view', view: 'turn' },
    ]
    const before = rowsOf(await through([row as Row], ...steps))
    const behind = rowsOf(await through([row as Row], ...steps.toReversed()))
    expect(behind.flatMap(trainedIn)).toEqual(before.flatMap(trainedIn))
    expect(before.flatMap(trainedIn)).not.toContain(8)
  })

  it('that belong to a pair do not outlive it', async () => {
    const pairs = rowsOf(await through([sampleRow('a')], { stage: 'view', view: 'preference' }))
    for (const row of rowsOf(await through(pairs, { stage: 'view', view: 'trajectory' })))
      if (!('chosen' in row)) expect(row).not.toHaveProperty('evidence')
  })
})

describe('rows that are pairs', () => {
  const pairs = async () => rowsOf(await through([sampleRow('a')], { stage: 'view', view: 'preference' }))

  it('come through every other stage as pairs, and are exported as those of the session are', async () => {
    const expected = await dataOf([sampleRow('a')], { for: 'trl', view: 'preference', model: 'o200k', maxTokens: 900 })
    const steps: StageSettings[] = [
      { stage: 'mask', mask: ['flags', 'replay', 'looped'] },
      { stage: 'reasoning', reasoning: 'keep' },
      { stage: 'window', model: 'o200k', maxTokens: 900 },
      { stage: 'redact', redact: 'default' },
      { stage: 'filter', filter: ['error-rate:1'] },
      { stage: 'curate', perTask: 5 },
      { stage: 'view', view: 'preference' },
    ]
    const made = await pairs()
    expect(made.length).toBeGreaterThan(0)
    for (let n = 0; n <= steps.length; n++)
      expect(await dataOf(runStages(made, steps.slice(0, n)), { for: 'trl', view: 'preference', model: 'o200k', maxTokens: 900 })).toBe(
        expected,
      )
  })

  it('keep to the budget with both answers, or are told of', async () => {
    const [pair] = await pairs()
    const long = Array.from({ length: 40 }, (_, i) => [
      { role: 'user', content: `Look at bed ${i}, please. ${'It is long. '.repeat(20)}` },
      { role: 'assistant', content: `I looked at bed ${i}.` },
    ]).flat()
    const row = { ...pair!, messages: [...long, { role: 'user', content: 'And now?' }], message_meta: [], tools: null } as Row
    const cut = (maxTokens: number) => through([row], { stage: 'window', model: 'o200k', maxTokens })
    const [whole, some, none] = [await cut(100_000), await cut(400), await cut(30)]
    expect(rowsOf(whole)[0]!['messages']).toHaveLength(81)
    const messages = rowsOf(some)[0]!['messages'] as JsonObject[]
    expect(messages.length).toBeLessThan(20)
    expect(messages.at(-1)).toMatchObject({ content: 'And now?' })
    for (const made of [whole, some]) expect(rowsOf(made)[0]).toMatchObject({ chosen: pair!['chosen']!, rejected: pair!['rejected']! })
    expect(none).toEqual([{ reject: { at: 'a', reason: expect.stringMatching(/does not fit into a window|over the budget/) } }])
  })

  it('are rejects where the chosen answer is masked, and stay where only what stands before it is', async () => {
    const [pair] = await pairs()
    const [call] = (pair!['chosen'] as JsonObject[])[0]!['tool_calls'] as JsonObject[]
    const again = (id: string) => [
      { role: 'assistant', content: '', tool_calls: [{ ...call!, id }] },
      { role: 'tool', tool_call_id: id, content: 'ok' },
    ]
    const looping = { ...pair!, messages: [{ role: 'user', content: 'Go.' }, ...again('x1'), ...again('x2')], message_meta: [] } as Row
    const outcomes = await through([looping, { ...pair!, score: 0.2 }, { ...pair!, score: 0.9 }], {
      stage: 'mask',
      mask: ['looped', 'score'],
    })
    expect(outcomes).toEqual([
      { reject: { at: 'a', reason: expect.stringMatching(/^the chosen answer of a pair is masked: .*same calls|loop/) } },
      { reject: { at: 'a', reason: expect.stringMatching(/^the chosen answer of a pair is masked: .*score/) } },
      { row: expect.objectContaining({ chosen: pair!['chosen'], score: 0.9 }) },
    ])
  })

  it('are redacted in their answers', async () => {
    const secret = ['glpat', 'q7Zt2LmX9vBn4KpW8sDf'].join('-')
    const answer = (text: string) => [
      {
        role: 'assistant',
        content: text,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: `{"key":"${text}"}` } }],
      },
    ]
    const row = {
      trace_id: 'p',
      messages: [{ role: 'user', content: 'Go.' }],
      chosen: answer(`by ${secret}`),
      rejected: answer(`no ${secret}`),
    }
    const [made] = rowsOf(await through([row as Row], { stage: 'redact', redact: 'default' }))
    expect(JSON.stringify(made)).not.toContain(secret.slice(6))
    expect(made).toMatchObject({ chosen: [{ content: 'by [gitlab-token-1]', tool_calls: [{ id: 'c' }] }] })
  })

  it.each([
    [
      'a result',
      [
        { role: 'assistant', content: 'a' },
        { role: 'tool', tool_call_id: 'c', content: 'b' },
      ],
      /The chosen answer: found a message of role tool/,
    ],
    ['no message', [{ role: 'assistant', content: 'a' }, 7], /The chosen answer: found no object/],
  ])('are told of where an answer holds %s', async (_, chosen, reason) => {
    const row = { trace_id: 'p', messages: [{ role: 'user', content: 'Go.' }], chosen, rejected: [{ role: 'assistant', content: 'c' }] }
    expect(await through([row as Row], { stage: 'reasoning', reasoning: 'keep' })).toEqual([
      { reject: { at: 'p', reason: expect.stringMatching(reason) } },
    ])
  })

  it('are none where columns of these names hold something else', async () => {
    const row = { ...sampleRow('a'), chosen: true, rejected: ['x'] }
    expect(rowsOf(await through([row as Row], { stage: 'view', view: 'turn' })).length).toBeGreaterThan(1)
  })
})

it('a task that fits into no window is told of', async () => {
  const [task] = rowsOf(await through([sampleRow('a')], { stage: 'view', view: 'task' }))
  const long = { ...task!, messages: [{ role: 'user', content: 'Dig. '.repeat(400) }], message_meta: [] } as Row
  expect(await through([long], { stage: 'window', model: 'o200k', maxTokens: 100 })).toEqual([
    { reject: { at: 'a', reason: 'does not fit into a window: 0 tokens of the model' } },
  ])
})
