import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { designer, folder, serve } from '../../../test/pipeline-scene.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { ImageColumnConfig } from '../../column/image.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import type { JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { Prices } from '../../model/prices.ts'
import type { Row } from '../../row.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { IndexRange } from '../../seed/select.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import { DropColumnsProcessorConfig } from '../processors/drop-columns.ts'
import { SchemaTransformProcessorConfig } from '../processors/schema-transform.ts'
import type { StageProgress } from './run-options.ts'

const config = () => new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', skipHealthCheck: true })] })
const draft = (rows = 4, prompt = 'Draft {{ n }}') =>
  config()
    .withSeedDataset(new RowsSeedSource({ rows: Array.from({ length: rows }, (_, n) => ({ n })) }))
    .addColumn(new LLMTextColumnConfig({ name: 'text', modelAlias: 'm', prompt }))
const review = () => config().addColumn(new LLMTextColumnConfig({ name: 'verdict', modelAlias: 'm', prompt: 'Review {{ text }}' }))
const summary = () => config().addColumn(new ExpressionColumnConfig({ name: 'line', expr: '{{ n }}: {{ verdict }}' }))

/** A server, and a workflow of three stages over it. */
async function scene() {
  const server = await serve()
  const path = folder()
  const told: string[] = []
  const onStage = ({ stage, status, rows }: StageProgress) => void told.push(`${stage} ${status}${rows === null ? '' : ` ${rows}`}`)
  const compose = (first = draft()) =>
    designer(server)
      .composeWorkflow({ name: 'review' })
      .addStage('draft', first)
      .addStage('review', review())
      .addStage('summary', summary())
  return { server, path, told, onStage, compose }
}

const record = (path: string) => JSON.parse(readFileSync(join(path, 'workflow-metadata.json'), 'utf8')) as { stages: JsonObject[] }

it('runs stages one after the other, each over what the one before made', async () => {
  const { server, path, told, onStage, compose } = await scene()
  const results = await compose().run({ path, onStage })
  expect(await results.loadDataset()).toEqual(
    Array.from({ length: 4 }, (_, n) => ({
      n,
      text: `[Draft ${n}]`,
      verdict: `[Review [Draft ${n}]]`,
      line: `${n}: [Review [Draft ${n}]]`,
    })),
  )
  expect(await results.countRecords()).toBe(4)
  expect(await results.loadStageOutput('draft')).toHaveLength(4)
  expect(Object.keys((await results.loadStageOutput('draft'))[0]!)).toEqual(['n', 'text'])
  expect(results.finalResult.manifest.status).toBe('complete')
  expect(server.calls()).toBe(8)
  expect(told).toEqual(['draft begins', 'draft done 4', 'review begins', 'review done 4', 'summary begins', 'summary done 4'])
  expect(readdirSync(path).sort()).toEqual(['.lock', 'stage-0-draft', 'stage-1-review', 'stage-2-summary', 'workflow-metadata.json'])
  expect(record(path).stages[1]).toMatchObject({
    status: 'completed',
    depends_on: ['draft'],
    seed_path: 'stage-0-draft',
    output_records: 4,
  })
  expect(await results.export(join(path, 'all.jsonl'))).toBe(4)
})

describe('going on', () => {
  it('is refused unless it is asked for, and keeps what is done', async () => {
    const { server, path, told, onStage, compose } = await scene()
    const first = await (await compose().run({ path })).loadDataset()
    await expect(compose().run({ path })).rejects.toMatchObject({ hint: expect.stringContaining('--resume') })
    expect(await (await compose().run({ path, resume: 'always', onStage })).loadDataset()).toEqual(first)
    expect(server.calls()).toBe(8)
    expect(told).toEqual(['draft kept 4', 'review kept 4', 'summary kept 4'])
  })

  it('a workflow that was moved is where it was', async () => {
    const { server, path, compose } = await scene()
    const first = await (await compose().run({ path })).loadDataset()
    const elsewhere = `${folder()}/moved`
    renameSync(path, elsewhere)
    expect(await (await compose().run({ path: elsewhere, resume: 'always' })).loadDataset()).toEqual(first)
    expect(server.calls()).toBe(8)
  })

  it('a stage that stopped goes on by cell, and those behind it follow', async () => {
    const { server, path, told, onStage, compose } = await scene()
    const stop = new AbortController()
    const onEvent = (event: { type: string }, stage: string) => event.type === 'part' && stage === 'review' && stop.abort()
    const begun = await compose(draft(40)).run({ path, partRows: 2, stop: stop.signal, onStage, onEvent })
    expect(begun.stopped).toMatchObject({ stage: 'review' })
    expect(told.at(-1)).toBe('review stopped')
    await expect(begun.loadDataset()).rejects.toThrow("the workflow stopped at 'review'")
    const whole = await compose(draft(40)).run({ path, partRows: 2, resume: true, onStage })
    expect(await whole.countRecords()).toBe(40)
    expect(server.calls()).toBe(80)
    expect(told.slice(-5)).toEqual(['draft kept 40', 'review begins', 'review done 40', 'summary begins', 'summary done 40'])
  })

  it('a stage that changed is made anew, with those behind it; nobody is asked twice', async () => {
    const { server, path, told, onStage, compose } = await scene()
    await compose().run({ path })
    const changed = await compose(draft(4, 'Draft {{ n // 2 }}')).run({ path, resume: true, onStage })
    expect((await changed.loadDataset()).map(row => row['text'])).toEqual(['[Draft 0]', '[Draft 0]', '[Draft 1]', '[Draft 1]'])
    expect(server.calls()).toBe(8)
    expect(told).toEqual(['draft begins', 'draft done 4', 'review begins', 'review done 4', 'summary begins', 'summary done 4'])
    await expect(compose(draft(4, 'Other {{ n }}')).run({ path, resume: 'always' })).rejects.toThrow(
      "stage 'draft' is not there as it would be made",
    )
  })

  it('from a stage on everything is made again, with other replies', async () => {
    let asked = 0
    const server = await serve(({ prompt }) => `[${prompt}] ${++asked}`)
    const path = folder()
    const compose = () => designer(server).composeWorkflow({ name: 'w' }).addStage('draft', draft()).addStage('review', review())
    const first = await (await compose().run({ path })).loadDataset()
    const again = await (await compose().run({ path, resume: true, rerunFrom: 'review' })).loadDataset()
    expect(again.map(row => row['text'])).toEqual(first.map(row => row['text']))
    expect(again.some((row, i) => row['verdict'] === first[i]!['verdict'])).toBe(false)
    expect(server.calls()).toBe(12)
    await expect(compose().run({ path, rerunFrom: 'review' })).rejects.toThrow('expected resume')
    await expect(compose().run({ path, resume: true, targets: 'draft', rerunFrom: 'review' })).rejects.toThrow("stands behind 'draft'")
  })

  it('is made again behind a stage that was, whenever it was stopped', async () => {
    for (const status of ['draft done', 'review begins']) {
      let asked = 0
      const server = await serve(({ prompt }) => `[${prompt}] ${++asked}`)
      const path = folder()
      const compose = () => designer(server).composeWorkflow({ name: 'w' }).addStage('draft', draft()).addStage('review', review())
      await compose().run({ path })
      const onStage = (progress: StageProgress) => {
        if (`${progress.stage} ${progress.status}` === status) throw new Error('the machine is away')
      }
      await expect(compose().run({ path, resume: true, rerunFrom: 'draft', onStage })).rejects.toThrow('away')
      const rows = await (await compose().run({ path, resume: true })).loadDataset()
      expect(rows.map(row => String(row['text']))).toEqual(rows.map((_, n) => expect.stringMatching(`^\\[Draft ${n}\\] (?:9|1[0-2])$`)))
      for (const { text, verdict } of rows) expect(verdict).toContain(`[Review ${text}]`)
      expect(record(path).stages.some(stage => 'is_stale' in stage)).toBe(false)
      expect(server.calls()).toBe(16)
    }
  })

  it('goes as far as it is told, and later further', async () => {
    const { server, path, compose } = await scene()
    const part = await compose().run({ path, targets: ['draft', 'review'] })
    expect(part.stageNames).toEqual(['draft', 'review'])
    expect(part.finalStageName).toBe('review')
    await compose().run({ path, resume: true, targets: 'draft' })
    expect(record(path).stages.map(stage => stage['status'])).toEqual(['completed', 'completed'])
    await compose().run({ path, resume: true })
    expect(server.calls()).toBe(8)
  })

  it.each(['{"name": "review"', '{}', '[]', '{"name":"review","stages":[{}]}'])('a damaged record (%s) is not gone on with', async text => {
    const { path, compose } = await scene()
    await compose().run({ path, targets: 'draft' })
    writeFileSync(join(path, 'workflow-metadata.json'), text)
    await expect(compose().run({ path, resume: true })).rejects.toMatchObject({
      message: expect.stringContaining('damaged'),
      where: expect.any(String),
    })
  })
})

it('takes part of what the stage before gave, in another order, again where more are wanted', async () => {
  const { server, path } = await scene()
  const workflow = designer(server)
    .composeWorkflow({ name: 'w' })
    .addStage('draft', draft(6))
    .addStage('some', review(), { numRecords: 4, selectionStrategy: new IndexRange({ start: 2, end: 3 }) })
    .addStage('mixed', summary(), { samplingStrategy: 'shuffle', numRecords: 2 })
  const results = await workflow.run({ path })
  expect((await results.loadStageOutput('some')).map(row => row['n'])).toEqual([2, 3, 2, 3])
  expect(await results.countRecords()).toBe(2)
})

it('hands on what processors make of it', async () => {
  const { server, path } = await scene()
  const shaped = new SchemaTransformProcessorConfig({ name: 'shaped', template: { words: '{{ text }}', number: '{{ n }}' } })
  const workflow = designer(server)
    .composeWorkflow({ name: 'w' })
    .addStage('draft', draft(3).addProcessor(shaped), {
      output: 'processor:shaped',
      outputProcessors: [new DropColumnsProcessorConfig({ name: 'less', columnNames: ['text'] })],
    })
    .addStage('last', config().addColumn(new ExpressionColumnConfig({ name: 'all', expr: '{{ words }} {{ number }}' })))
  const results = await workflow.run({ path })
  expect((await results.loadDataset()).map(row => row['all'])).toEqual(['[Draft 0] 0', '[Draft 1] 1', '[Draft 2] 2'])
  expect(Object.keys((await Array.fromAsync((results.stage('draft') as typeof results.finalResult).rows()))[0]!)).toEqual(['n'])
  const plain = designer(server)
    .composeWorkflow({ name: 'w' })
    .addStage('draft', draft(3), { outputProcessors: [new DropColumnsProcessorConfig({ name: 'less', columnNames: ['text'] })] })
    .addStage('last', config().addColumn(new ExpressionColumnConfig({ name: 'all', expr: '{{ n }}' })))
  expect(await (await plain.run({ path: folder() })).loadDataset()).toEqual([
    { n: 0, all: '0' },
    { n: 1, all: '1' },
    { n: 2, all: '2' },
  ])
})

it('onSuccess may give other rows; without a version it is asked each time', async () => {
  const { server, path } = await scene()
  const seen: string[] = []
  const other = join(folder(), 'other.jsonl')
  writeFileSync(other, '{"n":7,"text":"seven"}\n')
  const compose = (onSuccessVersion: string | null) =>
    designer(server)
      .composeWorkflow({ name: 'w' })
      .addStage('draft', draft(), { onSuccessVersion, onSuccess: at => (seen.push(at) > 0 ? other : '') })
      .addStage('review', review())
  expect(await (await compose(null).run({ path })).loadDataset()).toEqual([{ n: 7, text: 'seven', verdict: '[Review seven]' }])
  await compose(null).run({ path, resume: true })
  expect(seen).toEqual([join(path, 'stage-0-draft'), join(path, 'stage-0-draft')])
  expect(server.calls()).toBe(5)
  await compose('1').run({ path, resume: true })
  await compose('1').run({ path, resume: true })
  expect(seen.length).toBe(3)
})

it('the output of a stage can be replaced for a run', async () => {
  const { path, compose } = await scene()
  const other = join(folder(), 'other.jsonl')
  writeFileSync(other, '{"n":7,"text":"seven"}\n')
  const results = await compose().run({ path, stageOutputOverrides: { draft: other } })
  expect(await results.loadDataset()).toEqual([{ n: 7, text: 'seven', verdict: '[Review seven]', line: '7: [Review seven]' }])
  await expect(compose().run({ path, resume: true, stageOutputOverrides: { drft: other } })).rejects.toThrow("stage 'drft'")
  await expect(compose().run({ path, resume: true, stageOutputOverrides: { draft: join(path, 'no.jsonl') } })).rejects.toThrow('no.jsonl')
})

it('a stage without rows ends the workflow, or has those behind it passed over', async () => {
  const { server, path, told, onStage } = await scene()
  const none = new CustomColumnConfig({ name: 'gone', allowResize: true, generatorFunction: customColumnGenerator({}, (): Row[] => []) })
  const compose = (allowEmpty: boolean) =>
    designer(server)
      .composeWorkflow({ name: 'w' })
      .addStage('draft', draft())
      .addStage('none', config().addColumn(none), { allowEmpty })
      .addStage('last', summary())
  await expect(compose(false).run({ path })).rejects.toThrow("Cannot go on behind stage 'none': it gave no rows")
  expect(record(path).stages.map(stage => stage['status'])).toEqual(['completed', 'failed'])
  const results = await compose(true).run({ path: folder(), onStage })
  expect(results.stage('last')).toEqual({ status: 'skipped_empty_upstream', upstreamStage: 'none' })
  expect(told.slice(-2)).toEqual(['none done 0', 'last skipped'])
  await expect(results.loadDataset()).rejects.toThrow("'none' gave no rows")
  expect(await results.countStageOutputRecords('none')).toBe(0)
})

it('pictures of a stage go with its rows, and later columns are shown them', async () => {
  const builder = () => new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', provider: 'stand-in' })] })
  const first = builder()
    .withSeedDataset(new RowsSeedSource({ rows: [{ n: 1 }, { n: 2 }] }))
    .addColumn(new ImageColumnConfig({ name: 'cover', modelAlias: 'm', prompt: 'Number {{ n }}' }))
  const second = builder().addColumn(
    new LLMTextColumnConfig({ name: 'seen', modelAlias: 'm', prompt: 'What is it?', multiModalContext: [{ columnName: 'cover' }] }),
  )
  const path = folder()
  const results = await new DataDesigner().composeWorkflow({ name: 'w' }).addStage('draw', first).addStage('see', second).run({ path })
  const rows = await results.loadDataset()
  expect(rows).toHaveLength(2)
  for (const row of rows) expect(existsSync(join(path, 'stage-1-see', (row['cover'] as string[])[0]!))).toBe(true)
  // What is drawn goes on from there, too: a preview reads the pictures where they are.
  const next = (await results.finalResult.toConfigBuilder()).addColumn(
    new LLMTextColumnConfig({ name: 'again', modelAlias: 'm', prompt: 'And now?', multiModalContext: [{ columnName: 'cover' }] }),
  )
  expect((await new DataDesigner().preview(next, { numRecords: 1 })).failures).toEqual([])
})

it.each<[string, () => unknown, string]>([
  ['no stages', () => new DataDesigner().composeWorkflow({ name: 'w' }).run(), 'it has no stages'],
  [
    'a name twice',
    () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('a', draft()).addStage('a', draft()),
    'of that name already',
  ],
  ['a name that is no folder', () => new DataDesigner().composeWorkflow({ name: '../w' }), 'name of a folder'],
  ['a stage named ..', () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('..', draft()), 'name of a folder'],
  [
    'a misspelt option',
    () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('a', draft(), { num_record: 3 } as object),
    'num_record',
  ],
  [
    'an output that nobody makes',
    () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('a', draft(), { output: 'processor:x' }),
    "output: found 'processor:x'",
  ],
  ['no rows', () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('a', draft(), { numRecords: 0 }), 'num_records: found 0'],
  [
    'a target that is not there',
    () => new DataDesigner().composeWorkflow({ name: 'w' }).addStage('a', draft()).run({ targets: 'b' }),
    "Cannot reach stage 'b'",
  ],
])('refuses %s', async (_, make, message) => {
  await expect((async () => await make())()).rejects.toMatchObject({ message: expect.stringContaining(message) })
})

describe('a budget for all stages', () => {
  // Each answer of the server takes ten tokens in: a dollar.
  const prices = new Prices({ m: { input: 100_000, output: 0 } })
  const inDollars = (reason: string | undefined) => Number(/: ([\d.]+) USD were spent$/.exec(reason ?? '')?.[1])

  it('stops the stage that uses it up, stays used up, and goes on where it is raised', async () => {
    const { server, path, told, onStage, compose } = await scene()
    const begun = await compose(draft(10)).run({ path, prices, maxCostUSD: 12, onStage })
    expect(begun.stopped).toEqual({ stage: 'review', reason: expect.stringMatching(/^The budget of 12 USD for all stages is used up: /) })
    const spent = server.calls()
    expect(spent).toBeGreaterThanOrEqual(12)
    expect(spent).toBeLessThan(20)
    expect(inDollars(begun.stopped?.reason)).toBe(spent)
    expect(told.at(-1)).toBe('review stopped')
    expect(JSON.parse(readFileSync(join(path, 'workflow-metadata.json'), 'utf8'))).toMatchObject({ max_cost_usd: 12 })

    const still = await compose(draft(10)).run({ path, resume: true })
    expect(still.stopped).toEqual(begun.stopped)
    expect(server.calls()).toBe(spent)

    const whole = await compose(draft(10)).run({ path, resume: true, maxCostUSD: 50 })
    expect(whole.stopped).toBeNull()
    expect(await whole.countRecords()).toBe(10)
    expect(server.calls()).toBe(20)
  })

  it('counts what was spent on runs that were taken away', async () => {
    const { server, path, compose } = await scene()
    await compose().run({ path, prices, maxCostUSD: 100 })
    const again = await compose().run({ path, prices, resume: true, rerunFrom: 'review', maxCostUSD: 9 })
    expect(inDollars(again.stopped?.reason)).toBe(server.calls())
    expect(server.calls()).toBeGreaterThan(8)
    expect(record(path).stages[1]).toMatchObject({ spent_before_usd: 4 })
    const third = await compose().run({ path, resume: true, rerunFrom: 'review' })
    expect(inDollars(third.stopped?.reason)).toBe(server.calls())
    expect(record(path).stages[1]).toMatchObject({ status: 'failed', reason: third.stopped!.reason })
    const whole = await compose().run({ path, resume: true, maxCostUSD: null })
    expect(await whole.countRecords()).toBe(4)
  })

  it('lets stages that ask no model go on, whatever was spent', async () => {
    const { server, path, compose } = await scene()
    await compose().run({ path, targets: 'review' })
    const whole = await compose().run({ path, resume: true, prices, maxCostUSD: 0.5 })
    expect(await whole.countRecords()).toBe(4)
    expect(server.calls()).toBe(8)
  })

  it('is refused before anything is spent where a model of any stage has no price, and where nobody knows what was spent', async () => {
    const { server, path, compose } = await scene()
    const priceless = new DataDesignerConfigBuilder({
      modelConfigs: [new ModelConfig({ alias: 'm', model: 'other', skipHealthCheck: true })],
    })
    priceless.addColumn(new LLMTextColumnConfig({ name: 'more', modelAlias: 'm', prompt: 'More {{ line }}' }))
    const refused = { kind: 'usage', message: 'Cannot keep to a budget: the price of other is not known' }
    await expect(compose().addStage('last', priceless).run({ path, prices, maxCostUSD: 50 })).rejects.toMatchObject(refused)
    expect(server.calls()).toBe(0)
    await compose().run({ path, targets: 'draft' })
    await expect(compose().run({ path, resume: true, prices, maxCostUSD: 50 })).rejects.toMatchObject({
      message: "Cannot keep to a budget: what stage 'draft' has cost is not known",
    })
    expect(server.calls()).toBe(4)
  })
})
