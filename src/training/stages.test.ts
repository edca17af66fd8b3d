import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import type { Outcome, Row } from '../row.ts'
import { exportDataset } from './export.ts'
import type { ExportOptions } from './export-options.ts'
import { checkStage, runStages, type StageSettings } from './run-stages.ts'
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
