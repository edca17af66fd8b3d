import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Compat } from '../compat.ts'
import type { JsonObject } from '../json/json.ts'
import { DOCUMENTED_COLUMNS, ROLLOUT_COLUMNS } from '../rollout/conversation/row.ts'
import * as formats from '../rollout/formats.ts'
import { configFromJSON } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-compat-logs-'))
  for (const name of ['kite', 'tail'])
    writeFileSync(join(folder, `rollout-${name}.jsonl`), Object.values(formats.codex.example(name, ['Mended.']))[0]!)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const config = (format: string, rest = {}) =>
  configFromJSON({
    seed_config: { source: { seed_type: 'agent_rollout', path: folder, format }, ...rest },
    columns: [{ column_type: 'expression', name: 'said', expr: '{{ final_assistant_message }}' }],
  })
const following = new DataDesigner({ compat: 'data_designer' })

it("agent logs are Data Designer's rows under compat, whatever their source says", async () => {
  const columnsOf = async (designer: DataDesigner) =>
    Object.keys((await designer.preview(config('codex'), { numRecords: 1 })).dataset[0]!).filter(name => name !== 'said')
  expect(await columnsOf(following)).toEqual([...DOCUMENTED_COLUMNS])
  expect(await columnsOf(new DataDesigner())).toEqual([...ROLLOUT_COLUMNS])
})

it('blocks of agent logs are taken under compat', async () => {
  const halves = config('codex', { selection_strategy: { index: 1, num_partitions: 2 } })
  const { dataset } = await following.preview(halves, { numRecords: 1 })
  expect(dataset.map(row => row['said'])).toEqual(['Mended.'])
  await expect(new DataDesigner().validate(halves)).rejects.toThrow('Agent logs cannot be partitioned')
})

it.each(['cursor', 'opencode', 'auto'])('logs of %s are refused under compat: Data Designer does not read them', async format => {
  await expect(following.validate(config(format))).rejects.toThrow(
    `seed_config.source: format: found '${format}', expected one that Data Designer reads: atif, claude_code, codex`,
  )
})

it('a text that is not there is `nan` under compat where another row of the batch has one, and none where no row has', async () => {
  const place = mkdtempSync(join(tmpdir(), 'tracewright-compat-nan-'))
  const line = (session: string, branch: string | null) => {
    const message = { role: 'user', content: 'Mend the kite' }
    return `${JSON.stringify({ type: 'user', sessionId: session, uuid: session, parentUuid: null, gitBranch: branch ?? undefined, message })}\n`
  }
  for (const [name, branch] of Object.entries({ a: 'main', b: null, c: null, d: null }))
    writeFileSync(join(place, `${name}.jsonl`), line(name, branch))
  const branches = async (compat: Compat | null, numRecords: number, selection: object | null = null) => {
    const builder = configFromJSON({
      seed_config: {
        source: { seed_type: 'agent_rollout', path: place, format: 'claude_code' },
        ...(selection === null ? {} : { selection_strategy: selection as JsonObject }),
      },
      columns: [{ column_type: 'expression', name: 'said', expr: '{{ git_branch }} {{ agent_id }}' }],
    })
    const { dataset } = await new DataDesigner({ compat }).preview(builder, { numRecords })
    return dataset.map(row => [row['said'], row['git_branch']])
  }
  try {
    expect(await branches('data_designer', 2)).toEqual([
      ['main None', 'main'],
      ['nan None', null],
    ])
    expect(await branches('data_designer', 2, { start: 1, end: 3 })).toEqual([
      ['None None', null],
      ['None None', null],
    ])
    expect((await branches('data_designer@0.5.7', 2))[1]).toEqual(['None None', null])
  } finally {
    rmSync(place, { recursive: true })
  }
})
