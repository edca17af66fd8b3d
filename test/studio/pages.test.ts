import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExpressionColumnConfig } from '../../src/column/expression.ts'
import { ingestToStore } from '../../src/dataset/store/ingest.ts'
import { readLabels } from '../../src/labels/label-log.ts'
import { declareNames } from '../../src/labels/label-names.ts'
import { addLabels } from '../../src/labels/labels.ts'
import { DataDesignerConfigBuilder } from '../../src/pipeline/config/builder.ts'
import { DataDesigner } from '../../src/pipeline/data-designer.ts'
import { DatasetSeedSource } from '../../src/seed/dataset.ts'
import { type Studio, startStudio } from '../../src/studio/studio.ts'
import { ingestSample, type LogRecord, logOf, sampleStore } from '../../src/studio/testing/sample-store.ts'
import { axeFinds, chromiumPath, startBrowser, type Visit, visit, withoutBrowser } from './browser.ts'

if (chromiumPath === null) {
  if (process.env['CI']) throw new Error(withoutBrowser())
  console.warn(withoutBrowser())
}

let folder: string
let studio: Studio
let browser: Browser

const at = (path: string) => `http://127.0.0.1:${studio.port}${path}`
async function enter(path: string, options: Parameters<typeof visit>[2] = {}): Promise<Visit> {
  const entered = await visit(browser, studio.url, options)
  await entered.page.goto(at(path))
  return entered
}

describe.skipIf(chromiumPath === null)('pages of the studio', () => {
  beforeAll(async () => {
    folder = await sampleStore()
    writeSession('long', longSession(2100))
    await ingestSample(folder)
    studio = await startStudio({ paths: [join(folder, 'store')] })
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await studio.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What each screen has to show before it is looked at. */
  const SCREENS: [name: string, path: string, shows: string][] = [
    ['overview', '/overview/store', 'Sessions a week'],
    ['sessions', '/sessions/store', 'Plant the beans'],
    ['no session', '/sessions/store?project=garden&model=opus', 'No session meets all of this'],
    ['session', '/sessions/store/beans', 'Plant the beans'],
    ['session with details', '/sessions/store/beans?m=3&details=1&mask=1', 'As it is in the row'],
    ['everything of a session', '/sessions/store/hostile?mode=all', 'window.owned'],
    ['talk of a session', '/sessions/store/hostile?mode=talk', 'window.owned'],
    ['hostile session with details', '/sessions/store/hostile?details=1&m=1&q=window', 'As it is in the row'],
    ['search', '/search/store?q=window', 'places'],
    ['search without a hit', '/search/store?q=nowhere+at+all', 'Not found'],
    ['cost by model', '/cost/store?by=model', 'US dollars'],
    ['cost by project', '/cost/store?by=project', 'US dollars'],
    ['sessions beside each other', '/compare/store?id=hostile&id=peas&id=beans', 'They part at line'],
    ['no page', '/nowhere/store', 'There is no page'],
    ['a session that is not there', '/sessions/store/nobody', 'All sessions of store'],
  ]

  describe.each([
    ['wide', { width: 1440, height: 900 }],
    ['narrow', { width: 390, height: 844 }],
  ] as const)('%s', (_width, options) => {
    let entered: Visit
    beforeAll(async () => {
      entered = await enter('/', options)
    })
    afterAll(() => entered.context.close())

    it.each(SCREENS)('%s: axe finds nothing in light and dark, and nothing hostile acts', async (_name, path, shows) => {
      const { page, troubles } = entered
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(at(path))
      await page.getByText(shows).first().waitFor({ state: 'attached' })
      expect(await axeFinds(entered)).toEqual([])
      const light = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      // Whether it is dark says the style alone, and of colours alone.
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(light)
      expect(await axeFinds(entered, ['color-contrast'])).toEqual([])
      expect(await page.evaluate('window.owned')).toBeUndefined()
      expect(await page.locator('iframe, form[action], svg, style, script:not([src]), img[onerror]').count()).toBe(0)
      const links = await page.locator('a[href]').evaluateAll(links => links.map(link => (link as unknown as { href: string }).href))
      expect(links.filter(link => !/^(?:https?:|mailto:)/.test(link))).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
      // What is not there is answered so, and the browser tells of it.
      const answers = path.endsWith('/nobody') ? [expect.stringContaining('404 (Not Found)')] : []
      expect(troubles.splice(0)).toEqual(answers)
    })
  })

  it('sessions of a project of the last week in which a tool failed and the person corrected it, one of them read to its end', async () => {
    const { page, context, troubles } = await enter('/sessions/store')
    await page.getByLabel('Project', { exact: true }).fill('garden')
    await page.getByLabel('When').selectOption('7d')
    await page.getByLabel('a tool failed').check()
    await page.getByLabel('and was corrected').check()
    await page.getByText('2 sessions').waitFor()
    await expect.poll(() => new URL(page.url()).searchParams.get('project'), { timeout: 20_000 }).toBe('garden')
    expect(await page.locator('.line .what .prompt').allTextContents()).toEqual(['Plant the beans in rows', 'Plant the peas in rows'])
    await page.getByText('Plant the beans in rows').click()
    await page.getByText('1 of 2').waitFor()
    await page.getByText('the ground is frozen').waitFor()
    await page.keyboard.press('s')
    await page.keyboard.press('Enter')
    await page.locator('.row.inner', { hasText: 'Count all rows of beans' }).waitFor()
    expect(new URL(page.url()).searchParams.getAll('open')).toHaveLength(1)
    await page.keyboard.press('G')
    await page.getByText('Twelve rows of beans stand').waitFor()
    await page.keyboard.press(']')
    await page.getByText('2 of 2').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Plant the peas in rows')
    expect(troubles).toEqual([])
    await context.close()
  })

  it('sessions that stand in no week are told below the weeks', async () => {
    const logs = join(folder, 'undated')
    mkdirSync(logs)
    writeFileSync(join(logs, 'now.jsonl'), logOf('now', '/srv/a', Date.now(), [{ type: 'user', content: 'Water it' }]))
    const untold = logOf('never', '/srv/a', 0, [{ type: 'user', content: 'Weed it', more: { timestamp: undefined } }])
    writeFileSync(join(logs, 'never.jsonl'), untold)
    const store = join(folder, 'undated-store')
    await ingestToStore({ format: 'claude_code', path: logs, folder: store, workers: 1 })
    await using own = await startStudio({ paths: [store] })
    const { page, context } = await visit(browser, own.url)
    await page.getByText('1 more: without a time, or before these weeks').waitFor()
    await context.close()
  })

  it('a link to a message leads to it, whole texts come when they are asked for, words are found where text is folded', async () => {
    const { page, context } = await enter('/sessions/store/long?m=1500')
    await page.locator('.row.current', { hasText: 'step 750' }).waitFor()
    const top = await page.evaluate(
      `document.querySelector('.row.current').getBoundingClientRect().top - document.querySelector('.transcript .scroller').getBoundingClientRect().top`,
    )
    expect(Math.abs(Number(top))).toBeLessThan(8)
    await page.goto(at('/sessions/store/peas'))
    await page.getByText('Show 16 more lines').click()
    await page.getByText('row 40', { exact: false }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('late sowing')
    await page.getByText('1 item, 1 place').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.row.current mark').first().waitFor()
    await context.close()
  })

  it('2,000 messages scroll under the wheel: few nodes, nothing blank, never the other way', async () => {
    const { page, context } = await enter('/sessions/store/long?m=2000')
    await page.locator('.row.current').waitFor()
    await page.locator('.transcript .scroller').hover()
    let before = Number(await page.evaluate(`document.querySelector('.transcript .scroller').scrollTop`))
    let most = 0
    for (let i = 0; i < 60; i++) {
      await page.mouse.wheel(0, -400)
      await page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
      const seen = (await page.evaluate(`(() => {
        const scroller = document.querySelector('.transcript .scroller')
        const box = scroller.getBoundingClientRect()
        const middle = document.elementFromPoint(box.left + 200, box.top + box.height / 2)
        return { top: scroller.scrollTop, blank: middle === null || middle.closest('.row') === null, nodes: document.querySelectorAll('*').length }
      })()`)) as { top: number; blank: boolean; nodes: number }
      expect(seen.blank).toBe(false)
      most = Math.max(most, seen.nodes)
      before = seen.top
    }
    expect(most).toBeLessThanOrEqual(1200)
    const row = await page.locator('.row').first().getAttribute('data-index')
    expect(Number(row)).toBeLessThan(1990)
    expect(before).toBeGreaterThan(0)
    await context.close()
  })

  it('sessions are labelled by keyboard, one after the other, and a message in its details', async () => {
    const { page, context } = await enter('/sessions/store')
    await page.getByRole('link', { name: 'Review' }).click()
    await page.locator('.place', { hasText: '1 of 5' }).waitFor()
    for (const [n, key] of ['a', 'x', 'a'].entries()) {
      await page.locator('.place', { hasText: `${n + 1} of 5` }).waitFor()
      await page.keyboard.press(key)
      await page.locator('.place', { hasText: `${n + 2} of 5` }).waitFor()
    }
    await page.keyboard.press('t')
    await page.keyboard.type('tidy')
    await page.keyboard.press('Enter')
    await page.getByText('tag added').waitFor()
    await page.keyboard.press('r')
    await page.getByText('As it is in the row').waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('whose words?')
    await page.keyboard.press('Enter')
    await page.getByText('note added').waitFor()
    const labels = readLabels(join(folder, 'store'))
    expect(
      labels
        .filter(({ name }) => name === 'verdict')
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['accept', 'accept', 'reject'])
    expect(labels.find(({ name }) => name === 'tag')).toMatchObject({ value: 'tidy', message: null })
    expect(labels.find(({ name }) => name === 'note')).toMatchObject({ value: 'whose words?', message: 0 })
    await page.keyboard.press('z')
    await expect.poll(() => readLabels(join(folder, 'store')).some(({ name }) => name === 'note'), { timeout: 20_000 }).toBe(false)
    await page.keyboard.press('l')
    await page.keyboard.type('quality=4')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'quality = 4 ×' }).waitFor()
    expect(readLabels(join(folder, 'store')).find(({ name }) => name === 'quality')).toMatchObject({ value: '4', message: 0 })
    await page.keyboard.press('l')
    await page.keyboard.type('nothing')
    await page.keyboard.press('Enter')
    await page.getByText('Write name=value').waitFor()
    await context.close()
  })

  it('many paths of a session are a list to choose from, and push nothing off a narrow screen', async () => {
    const says = (text: string) => [{ role: 'user', content: [{ type: 'text', text }] }]
    const rows = Array.from({ length: 8 }, (_, i) => ({
      trace_id: `path-${i}`,
      source_kind: 'codex',
      started_at: `2026-01-0${i + 1}T00:00:00Z`,
      messages: says(i === 0 ? 'Plant the oaks' : `Plant oak ${i} <b>\u202e in ${'very '.repeat(40)}good order`),
      ...(i === 0 ? {} : { parent_trace_id: 'path-0', relation: 'fork' }),
    }))
    const file = join(folder, 'paths.jsonl')
    writeFileSync(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
    await using own = await startStudio({ paths: [file] })
    const entered = await visit(browser, own.url, { width: 390, height: 844 })
    const { page, context, troubles } = entered
    await page.goto(`http://127.0.0.1:${own.port}/sessions/paths.jsonl/path-0`)
    await page.getByLabel('Path, one of 8').waitFor()
    expect(await axeFinds(entered)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
    await page.getByLabel('Path, one of 8').selectOption('path-3')
    await page.getByRole('heading', { level: 1, name: /^Plant oak 3/ }).waitFor()
    expect(await page.getByLabel('Path, one of 8').inputValue()).toBe('path-3')
    expect(troubles).toEqual([])
    await context.close()
  })

  it('words of languages that are written from right to left begin there, and details are in sight on a narrow screen', async () => {
    const says = (text: string) => [{ type: 'text', text }]
    const row = {
      trace_id: 'rtl',
      source_kind: 'codex',
      messages: [
        { role: 'user', content: says('اكتب config.json') },
        { role: 'assistant', content: says('تم. python read.py.') },
        { role: 'user', content: says('Thanks.') },
      ],
      message_meta: [{ origin: 'human' }, { origin: 'model' }, { origin: 'human' }],
    }
    const file = join(folder, 'rtl.jsonl')
    writeFileSync(file, `${JSON.stringify(row)}\n`)
    await using own = await startStudio({ paths: [file] })
    const { page, context } = await visit(browser, own.url, { width: 390, height: 844 })
    await page.goto(`http://127.0.0.1:${own.port}/sessions/rtl.jsonl/rtl?details=1`)
    // How far the words of a block stand from its left edge and from its right one.
    const edges = (selector: string) =>
      page.locator(selector).evaluateAll(blocks =>
        blocks.map(block => {
          const { document } = globalThis as unknown as {
            document: { createRange(): { selectNodeContents(of: unknown): void; getBoundingClientRect(): { left: number; right: number } } }
          }
          const range = document.createRange()
          range.selectNodeContents(block)
          const [words, room] = [
            range.getBoundingClientRect(),
            (block as unknown as { getBoundingClientRect(): { left: number; right: number } }).getBoundingClientRect(),
          ]
          return words.left - room.left > room.right - words.right ? 'right' : 'left'
        }),
      )
    await page.locator('.markdown p').first().waitFor()
    expect(await edges('pre.said')).toEqual(['right', 'left'])
    expect(await edges('.markdown p')).toEqual(['right'])
    const details = (await page.getByRole('complementary', { name: 'Details' }).boundingBox())!
    expect(details.y).toBeLessThan(844 - 100)
    await context.close()
  })

  it('what a store declares is offered with a key each, and nothing else may be said', async () => {
    const store = join(folder, 'store')
    declareNames(store, [
      { name: 'quality', values: ['1..3'] },
      { name: 'issue', values: ['<b>wrong</b>', 'none'] },
      { name: 'tag', values: ['tidy', 'slow'] },
    ])
    const entered = await enter('/sessions/store/stones?m=1')
    const { page, context, troubles } = entered
    await page.getByText('the ground is frozen').waitFor()
    await page.keyboard.press('l')
    await page.getByRole('group', { name: 'Labels to choose from' }).waitFor()
    expect(await axeFinds(entered)).toEqual([])
    const mode = page.url()
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'quality = 2 ×' }).waitFor()
    await page.keyboard.press('l')
    await page.keyboard.press('q') // means nothing here, and nothing elsewhere
    await page.keyboard.press('4')
    await page.getByRole('button', { name: 'issue = <b>wrong</b> ×' }).waitFor()
    await page.keyboard.press('t')
    await page.getByRole('button', { name: 'slow 2' }).click()
    await page.getByRole('button', { name: 'slow ×' }).waitFor()
    await page.keyboard.press('l')
    expect(await page.getByRole('button', { name: '2 2', exact: true }).getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('group', { name: 'Labels to choose from' }).count()).toBe(0)
    expect(page.url()).toBe(mode)
    const said = readLabels(store).filter(
      ({ trace_id, message, name, value }) => trace_id === 'stones' && message === null && name !== 'verdict' && value !== 'tidy',
    )
    expect(said.map(({ name, value }) => `${name}=${value}`).sort()).toEqual(['issue=<b>wrong</b>', 'quality=2', 'tag=slow'])
    await page.goto(at('/labels/store'))
    await page.getByText('What may be said: quality (1, 2, 3) · issue (<b>wrong</b>, none) · tag (tidy, slow)').waitFor()
    expect(await axeFinds(entered)).toEqual([])
    expect(troubles).toEqual([])
    declareNames(
      store,
      ['quality', 'issue', 'tag'].map(name => ({ name, values: [] })),
    )
    await context.close()
  })

  it('who labels may say so, and sees how far people agree', async () => {
    await addLabels(join(folder, 'store'), { sessions: ['beans'], labels: [{ name: 'verdict', value: 'accept' }], by: 'ada' })
    const entered = await enter('/labels/store', { dark: true, width: 390, height: 844 })
    const { page, context } = entered
    await page.getByLabel('You label as').fill('bob \u202e <b>')
    await page.getByRole('link', { name: 'accept', exact: true }).click()
    await page.locator('.line .what').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.transcript .row').first().waitFor()
    await page.keyboard.press('x')
    await page.getByText('rejected').waitFor()
    await page.getByRole('link', { name: 'Labels', exact: true }).click()
    await page.getByRole('cell', { name: 'bob' }).first().waitFor()
    await page.getByRole('cell', { name: '0.00', exact: true }).first().waitFor()
    expect(await axeFinds(entered)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
    const said = readLabels(join(folder, 'store')).find(({ by }) => by.startsWith('bob'))
    expect(said).toMatchObject({ by: 'bob \u202e <b>', name: 'verdict', value: 'reject' })
    await context.close()
  })

  it('fifty messages are labelled by keyboard, and a pipeline reads them', async () => {
    const { page, context } = await enter('/sessions/store/long?mode=talk&details=1')
    await page.getByText('As it is in the row').waitFor()
    for (let i = 0; i < 50; i++) {
      await page.locator('.details h2', { hasText: `Message #${Math.max(0, i * 2 - 1)}` }).waitFor()
      await page.keyboard.press(i % 5 === 0 ? 'x' : 'a')
      await page.keyboard.press('j')
    }
    const ofMessages = () =>
      readLabels(join(folder, 'store')).filter(
        ({ trace_id, message, name }) => trace_id === 'long' && message !== null && name === 'verdict',
      )
    await expect.poll(() => ofMessages().length, { timeout: 30_000 }).toBe(50)
    expect(new Set(ofMessages().map(({ message }) => message)).size).toBe(50)
    const config = new DataDesignerConfigBuilder({ modelConfigs: [] })
      .withSeedDataset(new DatasetSeedSource({ path: join(folder, 'store'), select: { session: 'long' } }))
      .addColumn(
        new ExpressionColumnConfig({
          name: 'accepted',
          expr: "{{ message_labels | selectattr('label', 'eq', 'accept') | list | length }}",
          dtype: 'int',
        }),
      )
    // Labels are columns a moment after they are written.
    const accepted = async () => (await new DataDesigner().preview(config, { numRecords: 1 })).dataset.map(row => row['accepted'])
    await expect.poll(accepted, { timeout: 20_000 }).toEqual([40])
    await context.close()
  }, 90_000)

  it('what a session gains while it is read comes by itself', async () => {
    const { page, context } = await enter('/sessions/store/peas')
    await page.getByText('Now they stand').waitFor()
    const more: LogRecord[] = [...Array(8).fill({ type: 'user', content: 'x' }), { type: 'user', content: 'Water them' }]
    const lines = logOf('peas', '/srv/garden', Date.now(), more).split('\n').slice(8)
    appendFileSync(join(folder, 'logs', '-p', 'peas.jsonl'), lines.join('\n'))
    await ingestSample(folder)
    await page.getByText('Water them').first().waitFor()
    await context.close()
  })

  it('a command is told as it was typed, and what is opened in a session is no news of it', async () => {
    const says = (text: string) => [{ type: 'text', text }]
    const talk = (n: number) => ({ role: n % 2 === 0 ? 'user' : 'assistant', content: says(`Line ${n} `.repeat(30)) })
    const calls = [{ id: 'c1', type: 'function', function: { name: 'Task', arguments: '{"prompt":"Dig"}' } }]
    const rows = [
      {
        trace_id: 'parent',
        messages: [
          { role: 'user', content: says('<command-name>/plant</command-name>') },
          { role: 'assistant', content: [], tool_calls: calls },
          { role: 'tool', tool_call_id: 'c1', content: says('Dug.') },
          ...Array.from({ length: 40 }, (_, n) => talk(n)),
        ],
        message_meta: [{ origin: 'human', extra: { command: { name: '/plant', args: 'oaks' } } }],
      },
      {
        trace_id: 'digger',
        parent_trace_id: 'parent',
        relation: 'subagent',
        spawn_tool_call_id: 'c1',
        is_sidechain: true,
        messages: Array.from({ length: 6 }, (_, n) => ({ ...talk(n), content: says(`Dug ${n}`) })),
      },
    ]
    const file = join(folder, 'opened.jsonl')
    writeFileSync(file, rows.map(row => `${JSON.stringify({ source_kind: 'codex', ...row })}\n`).join(''))
    await using own = await startStudio({ paths: [file] })
    const { page, context } = await visit(browser, own.url)
    await page.goto(`http://127.0.0.1:${own.port}/sessions/opened.jsonl/parent?mode=talk`)
    await page.locator('.transcript .row').first().waitFor()
    expect(await page.locator('.outline li').first().textContent()).toBe('/plant oaks')
    await page.getByRole('button', { name: 'Everything' }).click()
    await page.locator('.transcript .row', { hasText: 'sub-agent' }).getByRole('button').click()
    await page.getByText('Dug 5').first().waitFor()
    expect(await page.locator('.news').count()).toBe(0)
    await context.close()
  })

  it('single keys can be turned off', async () => {
    const { page, context } = await enter('/sessions/store/stones')
    await page.getByText('the ground is frozen').waitFor()
    await page.keyboard.press('?')
    await page.getByLabel('Single letters do things').uncheck()
    await page.keyboard.press('Escape')
    const before = readLabels(join(folder, 'store')).length
    await page.keyboard.press('a')
    await page.keyboard.press('r')
    expect(await page.locator('.details').count()).toBe(0)
    expect(readLabels(join(folder, 'store'))).toHaveLength(before)
    await context.close()
  })
})

/** Of two years ago, so that the overview has as many weeks as it shows. */
function writeSession(id: string, records: readonly LogRecord[]): void {
  const path = join(folder, 'logs', '-p', `${id}.jsonl`)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, logOf(id, '/srv/long', Date.now() - 700 * 86_400_000, records))
}

/** So many messages: a prompt, then calls and their results of different lengths. */
function longSession(messages: number): LogRecord[] {
  return Array.from({ length: messages }, (_, i): LogRecord => {
    const step = Math.floor(i / 2)
    if (i === 0) return { type: 'user', content: 'Take many steps' }
    if (i % 2 === 0)
      return {
        type: 'assistant',
        content: [
          { type: 'text', text: `step ${step}: ${'a word '.repeat((step * 7) % 60)}` },
          { type: 'tool_use', id: `toolu_${step}`, name: 'Bash', input: { command: `step ${step}` } },
        ],
      }
    return {
      type: 'user',
      content: [
        { type: 'tool_result', tool_use_id: `toolu_${step}`, content: `line\n`.repeat(1 + ((step * 13) % 40)), is_error: step % 9 === 0 },
      ],
    }
  })
}
