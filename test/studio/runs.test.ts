import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LLMJudgeColumnConfig } from '../../src/column/llm-judge.ts'
import { Score } from '../../src/column/score.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { ModelConfig } from '../../src/model/model-config.ts'
import { DataDesignerConfigBuilder } from '../../src/pipeline/config/builder.ts'
import { RowsSeedSource } from '../../src/seed/rows.ts'
import type { ExportChanges, ExportRows, FailedRow, RunLife, RunPage, RunRow, RunRows } from '../../src/studio/api.ts'
import { runRow } from '../../src/studio/run-row.ts'
import { type Studio, startStudio } from '../../src/studio/studio.ts'
import { HOSTILE, sampleStore } from '../../src/studio/testing/sample-store.ts'
import { exportDataset } from '../../src/training/export/export.ts'
import { designer, folder, pipeline, serve } from '../pipeline-scene.ts'
import { axeFinds, chromiumPath, startBrowser, type Visit, visit, withoutBrowser } from './browser.ts'

if (chromiumPath === null && process.env['CI']) throw new Error(withoutBrowser())

let browser: Browser | null = null
beforeAll(async () => {
  if (chromiumPath !== null) browser = await startBrowser()
})
afterAll(async () => browser?.close())

const ask = async <T>(studio: Studio, path: string) => {
  const response = await fetch(`http://127.0.0.1:${studio.port}/api/sources${path}`, {
    headers: { authorization: `Bearer ${studio.token}` },
  })
  return { status: response.status, ...((await response.json()) as { data: T }) }
}

/** Both rows 3 and 7 get an empty answer, as long as they do. */
const answers = (isFixed: () => boolean) => (prompt: string) => (/^First [37]$/.test(prompt) && !isFixed() ? '' : `[${prompt}] ${HOSTILE}`)

describe('a run', () => {
  it('is told from its folder: funnel, causes, columns, bill, rows', async () => {
    const path = join(folder(), 'numbers')
    const say = answers(() => false)
    const server = await serve(({ prompt }) => say(prompt))
    await designer(server).create(pipeline({ rows: 12 }), { path, numRecords: 12 })
    const studio = await startStudio({ paths: [path] })
    try {
      const { data: run } = await ask<RunPage>(studio, '/numbers/run')
      expect(run).toMatchObject({ status: 'complete', rows: 10, target: 12, resume: null })
      expect(run.retry).toBe(`tracewright create CONFIG --retry-failed -o ${path}`)
      expect(run.funnel.map(({ stage, rows, lost }) => [stage, rows, lost.reduce((sum, { count }) => sum + count, 0)])).toEqual([
        ['drawn from the seed', 12, 0],
        ['rows begun', 12, 2],
        ['rows finished', 10, 0],
        ['rows of the dataset', 10, 0],
      ])
      expect(run.failures).toHaveLength(1)
      expect(run.failures[0]).toMatchObject({ column: 'a', count: 2 })
      expect(run.failures[0]!.rows.map(({ row, asked }) => [row, asked])).toEqual([
        ['3', true],
        ['7', true],
      ])
      expect(run.failures[0]!.examples).toEqual([])
      const { data: failure } = await ask<FailedRow>(studio, '/numbers/run/failures/7')
      expect(failure).toMatchObject({ row: '7', column: 'a', kind: 'empty_reply', total: 2, place: 1, before: '3', next: null })
      expect(failure.questions[0]).toMatchObject({
        model: 'm',
        provider: 'here',
        endpoint: server.endpoint,
        messages: [{ role: 'user', text: { text: 'First 7' } }],
        calls: [{ reply: { text: '' }, error: null }],
      })
      expect(failure.questions).toHaveLength(failure.attempts)
      for (const row of ['1', '99', '..', '7%2F..']) expect((await ask(studio, `/numbers/run/failures/${row}`)).status).toBe(404)
      expect((await ask<RunLife>(studio, '/numbers/run/life')).data).toMatchObject({ state: 'ended' })
      expect(run.columns.map(({ name, type, failed }) => [name, type, failed])).toEqual([
        ['a', 'llm-text', 2],
        ['dice', 'expression', 0],
        ['b', 'llm-text', 0],
        ['length', 'expression', 0],
      ])
      expect(run.columns[0]!.prompt?.text).toBe('First {{ n }}')
      expect(run.columns[2]).toMatchObject({ replies: 10, reads: ['a'] })
      expect(run.usage?.run.calls).toBe(run.replies)
      const { data: rows } = await ask<RunRows>(studio, '/numbers/run/rows?limit=3')
      expect([rows.columns, rows.total, rows.rows.length]).toEqual([['a', 'dice', 'b', 'length', 'n'], 10, 3])
      const { data: row } = await ask<RunRow>(studio, '/numbers/run/rows/1')
      expect(row.cells.find(({ column }) => column === 'a')!.text.text).toMatch(/^\[First 1\]/)
      expect(row.cells.find(({ column }) => column === 'n')).toMatchObject({ type: null, text: { text: '1' } })
      expect((await ask(studio, '/numbers/run/rows/99')).status).toBe(404)
      expect((await ask(studio, '/numbers/run/rows?limit=1000')).status).toBe(400)
      expect((await ask(studio, '/numbers/export')).status).toBe(404)
    } finally {
      await studio.close()
    }
  })

  it.skipIf(chromiumPath === null)(
    'is watched while its server dies and comes back, its failures are opened and tried again',
    async () => {
      const path = join(folder(), 'numbers')
      let [isDead, isFixed] = [false, false]
      let finished = 0
      const say = answers(() => isFixed)
      const server = await serve(({ prompt, response }) => {
        // Some rows have their last answer, whichever order the calls came in.
        if (!isDead && prompt.startsWith('Second') && finished++ === 6) isDead = true
        if (!isDead) return say(prompt)
        response.socket!.destroy()
      })
      const config = pipeline({ rows: 30, parallel: 2 })
      const running = designer(server).create(config, { path, numRecords: 30, partRows: 4 })
      await expect.poll(() => isDead, { timeout: 20_000 }).toBe(true)
      const studio = await startStudio({ paths: [path] })
      const entered = await visit(browser!, studio.url)
      const { page, troubles } = entered
      try {
        await page.getByRole('heading', { level: 1, name: 'numbers' }).waitFor()
        await page.getByText(/^running/).waitFor()
        await page.getByText(`◆ ${server.endpoint}`).waitFor({ timeout: 20_000 })
        await page.getByText(/the run gives up at/).waitFor()
        // What is finished is told as it comes, not part by part, and nothing of the bars is behind the figures.
        await expect.poll(() => page.locator('ol.bars .n').allTextContents(), { timeout: 20_000 }).not.toContain('0')
        expect(await axeFinds(entered)).toEqual([])
        isDead = false
        await running
        await page.getByText(/^complete/).waitFor({ timeout: 20_000 })
        await page.getByText('28', { exact: true }).first().waitFor()
        await page.getByText('− 2 a:').click()
        await page.getByRole('link', { name: 'row 3' }).click()
        await page.getByRole('heading', { name: 'Row 3 failed in column a' }).waitFor()
        await page.getByText('First 3', { exact: true }).waitFor()
        await page.getByText('(an empty reply)').first().waitFor()
        expect(await axeFinds(entered)).toEqual([])
        await page.keyboard.press(']')
        await page.getByText('First 7', { exact: true }).waitFor()
        await page.keyboard.press('u')
        await page.getByRole('link', { name: 'row 7' }).waitFor()
        expect(await axeFinds(entered)).toEqual([])
        expect(await page.locator('.command').last().textContent()).toContain('--retry-failed')
        isFixed = true
        await designer(server).create(config, { path, numRecords: 30, retryFailed: true })
        await page.getByText('All is made.').waitFor({ timeout: 20_000 })
        await page.getByRole('link', { name: 'Rows', exact: true }).click()
        await page.getByText('Rows 1 to 30 of 30').waitFor()
        await page.getByRole('link', { name: '4', exact: true }).click()
        await page.getByText('Given by the seed').waitFor()
        expect(await axeFinds(entered)).toEqual([])
        expect(await page.evaluate('window.owned')).toBeUndefined()
        expect(troubles).toEqual([])
      } finally {
        await entered.context.close()
        await studio.close()
      }
    },
    90_000,
  )

  it.skipIf(chromiumPath === null)(
    'what was sent and what came back is text in the page, whatever it holds; what is gone is said',
    async () => {
      const path = join(folder(), 'numbers')
      const server = await serve(({ prompt, response }) => {
        if (!prompt.startsWith('First')) return prompt
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: HOSTILE } }))
      })
      const config = pipeline({ rows: 1, first: `First {{ n }} ${HOSTILE.replaceAll(/[{}]/g, '')} ${'\u202e'} ${'long'.repeat(3000)}` })
      await designer(server).create(config, { path, numRecords: 1, errorRate: null })
      const studio = await startStudio({ paths: [path] })
      const entered = await visit(browser!, `${studio.url}`, { dark: true, width: 390, height: 844 })
      const { page, troubles } = entered
      try {
        await page.goto(`http://127.0.0.1:${studio.port}/run/numbers/failures/0`)
        await page.getByText('Row 0 failed').waitFor()
        await page.getByText('◆ bad_request').waitFor()
        await page.getByText(/u202e/i).first().waitFor()
        expect(await axeFinds(entered)).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
        expect([await page.evaluate('window.owned'), troubles]).toEqual([undefined, []])
        await page.goto(`http://127.0.0.1:${studio.port}/run/numbers/failures/5`)
        await page.getByText(/no failed row of this key/).waitFor()
      } finally {
        await entered.context.close()
        await studio.close()
      }
    },
  )

  it('a judge is shown with what it quotes, and whether that stands there', () => {
    const judged = {
      trace_id: 't',
      messages: [
        { role: 'user', content: 'Plant "beans"' },
        { role: 'assistant', content: 'They are planted' },
      ],
      quality: {
        care: {
          score: 4,
          reasoning: 'It looked',
          evidence: [
            { message: 0, quote: 'Plant "beans"' },
            { message: 0, quote: 'They are planted' },
            { message: 1, quote: 'never said' },
            { message: '0', quote: 7 },
          ],
        },
        other: { value: 1 },
      },
    }
    const row = runRow(judged, { index: 0, total: 1, columns: ['quality'], types: new Map([['quality', 'llm-judge']]) })
    expect(row.trace_id).toBe('t')
    expect(row.cells[0]!.scores).toMatchObject([
      {
        name: 'care',
        score: '4',
        reasoning: 'It looked',
        evidence: [
          { message: 0, quote: 'Plant "beans"', stands: true, turn: { role: 'user', words: 'Plant "beans"' } },
          {
            message: 1,
            quote: 'They are planted',
            stands: true,
            turn: { role: 'assistant', before: '', words: 'They are planted', after: '' },
          },
          { message: 1, quote: 'never said', stands: false, turn: null },
        ],
      },
    ])
  })

  it.skipIf(chromiumPath === null)('a judge quotes, and its quotations stand beside the turn, or are said to be made up', async () => {
    const path = join(folder(), 'judged')
    const server = await serve(() =>
      JSON.stringify({
        care: {
          reasoning: 'It looked first',
          evidence: [
            { message: 1, quote: 'I  looked\nfirst' },
            { message: 0, quote: '<b>Mend</b> it' },
            { message: 1, quote: 'I broke it' },
          ],
          score: 2,
        },
      }),
    )
    const messages = [
      { role: 'user', content: '<b>Mend</b> it' },
      { role: 'assistant', content: [{ type: 'text', text: 'Before I did it I looked first, and then mended' }] },
    ]
    const config = new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'm', model: 'm' })] })
      .withSeedDataset(new RowsSeedSource({ rows: [{ trace_id: 't', messages }] }))
      .addColumn(
        new LLMJudgeColumnConfig({
          name: 'quality',
          modelAlias: 'm',
          prompt: 'Judge {{ messages }}',
          scores: [new Score({ name: 'care', options: { 1: 'none', 2: 'some' } })],
          evidence: 'messages',
        }),
      )
    const results = await designer(server).create(config, { path, numRecords: 1 })
    const [made] = await Array.fromAsync(results.rows())
    expect(made!['quality']).toEqual({
      care: {
        reasoning: 'It looked first',
        score: 2,
        evidence: [
          { message: 1, quote: 'I  looked\nfirst', stands: true },
          { message: 0, quote: '<b>Mend</b> it', stands: true },
          { message: 1, quote: 'I broke it', stands: false },
        ],
      },
    })
    const studio = await startStudio({ paths: [path] })
    const entered = await visit(browser!, studio.url)
    try {
      await entered.page.goto(`http://127.0.0.1:${studio.port}/run/judged/rows/0`)
      await entered.page.getByText('assistant #1').waitFor()
      expect(await entered.page.locator('.turn mark').allTextContents()).toEqual(['I looked first', '<b>Mend</b> it'])
      await entered.page.getByText('nor in any other message').waitFor()
      expect(await axeFinds(entered)).toEqual([])
    } finally {
      await entered.context.close()
      await studio.close()
    }
  })
})

describe('an export', () => {
  let sample: string
  let studio: Studio
  beforeAll(async () => {
    sample = await sampleStore()
    await using store = await openDataset(join(sample, 'store'))
    await exportDataset(store.rows(), { output: join(sample, 'train') })
    await exportDataset(store.rows({ where: "trace_id = 'peas'" }), { output: join(sample, 'earlier') })
    studio = await startStudio({ folder: sample })
  }, 60_000)
  afterAll(async () => {
    await studio.close()
    rmSync(sample, { recursive: true, force: true })
  })

  it('is found beside its store, and told with its funnel and rows', async () => {
    const { data } = await ask<{ report: { funnel: { rows: number } }; files: { split: string; rows: number }[] }>(studio, '/train/export')
    expect(data.report.funnel.rows).toBeGreaterThan(0)
    expect(data.files).toMatchObject([{ split: 'train', rows: data.report.funnel.rows }])
    const rows = await ask<ExportRows>(studio, '/train/export/rows?split=train&limit=1')
    expect([rows.data.total, rows.data.rows.length]).toEqual([data.files[0]!.rows, 1])
    const [row] = rows.data.rows
    const line = JSON.parse(readFileSync(join(sample, 'train', 'manifest', 'train.jsonl'), 'utf8').split('\n', 1)[0]!)
    expect(row!.messages!.map(({ trained }) => trained)).toEqual(line.train)
    expect(row!.messages!.filter(({ trained }) => trained).every(({ role }) => role === 'assistant')).toBe(true)
    expect([row!.trace_id, row!.tokens]).toEqual([line.trace_id, null])
    expect((await ask(studio, '/train/export/rows?split=..%2F..')).status).toBe(404)
  })

  it('is compared once with another one as both stand, and again when one has changed', async () => {
    const data = join(sample, 'earlier', 'data')
    const [name] = readdirSync(data)
    const longAgo = new Date('2020-01-01T00:00:00Z')
    utimesSync(join(data, name!), longAgo, longAgo)
    const first = await ask<ExportChanges>(studio, '/train/export/diff?before=earlier')
    const held = readFileSync(join(data, name!))
    // Read anew it would fail: what is kept is of the two as they stood, by name, size and time.
    writeFileSync(join(data, name!), Buffer.alloc(held.length, 'x'))
    utimesSync(join(data, name!), longAgo, longAgo)
    expect(await ask<ExportChanges>(studio, '/train/export/diff?before=earlier')).toEqual(first)
    writeFileSync(join(data, name!), Buffer.alloc(held.length + 1, 'x'))
    expect((await ask(studio, '/train/export/diff?before=earlier')).status).not.toBe(200)
    writeFileSync(join(data, name!), held)
    expect(await ask<ExportChanges>(studio, '/train/export/diff?before=earlier')).toEqual(first)
  })

  it('is compared with another one that was found, and with nothing else', async () => {
    const { data } = await ask<ExportChanges>(studio, '/train/export/diff?before=earlier')
    expect(data).toMatchObject({ same: 1, causes: [{ change: 'added', cause: 'session was not given to the first export' }] })
    expect(data.rows.length).toBe(data.causes[0]!.rows)
    const { data: back } = await ask<ExportChanges>(studio, '/earlier/export/diff?before=train')
    expect(back.causes).toEqual([{ ...data.causes[0], change: 'removed', cause: 'session was not given to the second export' }])
    for (const other of ['', 'nothing', 'store', '..%2Fearlier'])
      expect((await ask(studio, `/train/export/diff?before=${other}`)).status).toBe(404)
  })

  it.skipIf(chromiumPath === null)(
    'is shown; axe finds nothing in it, and nothing hostile acts',
    async () => {
      const entered: Visit = await visit(browser!, studio.url, { dark: true, width: 390, height: 844 })
      const { page, troubles } = entered
      await page.getByLabel('What is shown').selectOption({ label: 'train (export)' })
      await page.getByText('What became of the').waitFor()
      await page.getByLabel('Export before').selectOption('earlier')
      await page.getByText('session was not given to the first export', { exact: true }).waitFor()
      await page.getByText('The first of these sessions').click()
      await page.getByText('Row 0').click()
      await page.locator('.is-trained').first().waitFor()
      await page.locator('.is-read').first().waitFor()
      // Green says that it is trained on: what is only read has the colour of all other text.
      const colourOf = (selector: string) => page.evaluate(`getComputedStyle(document.querySelector('${selector}')).color`)
      expect(await colourOf('.is-read pre')).toBe(await colourOf('body'))
      expect(await axeFinds(entered)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
      expect([await page.evaluate('window.owned'), troubles]).toEqual([undefined, []])
      await entered.context.close()
    },
    90_000,
  )
})
