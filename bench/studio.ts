// Measures the studio as a person meets it: in a browser, with a wheel, over a store of very many sessions and in one long session.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ingestToStore } from '../dist/dataset/store/ingest.js'
import { chromiumPath, startBrowser, visit, withoutBrowser } from '../test/studio/browser.ts'
import { writeClaudeSession } from './generate.ts'
import { studioSizes } from './studio-sizes.ts'

/** One line of the table: what is looked at, what it took, and what it may take. */
export type StudioMeasure = { what: string; measured: string; budget: string }

const root = join(import.meta.dirname, '..')
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Measure all of it; null where there is no browser. */
export async function benchStudio(sessions: number): Promise<StudioMeasure[] | null> {
  if (chromiumPath === null) {
    console.warn(withoutBrowser())
    return null
  }
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-studio-bench-'))
  try {
    for (let i = 0; i < sessions; i++)
      writeClaudeSession(
        join(folder, 'logs', `-repo-${i % 50}`, `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`),
        2000,
        i,
      )
    mkdirSync(join(folder, 'logs', '-long'), { recursive: true })
    writeFileSync(join(folder, 'logs', '-long', `${LONG}.jsonl`), longSession(2000))
    const store = join(folder, 'store')
    await ingestToStore({ format: 'claude_code', path: join(folder, 'logs'), folder: store })
    return [...sizes(), ...(await inBrowser(store, sessions))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sizes(): StudioMeasure[] {
  const kB = (bytes: number) => `${Math.round(bytes / 1024)} kB`
  return studioSizes().map(({ what, bytes, budget }) => ({ what, measured: kB(bytes), budget: kB(budget) }))
}

async function inBrowser(store: string, sessions: number): Promise<StudioMeasure[]> {
  const startedAt = performance.now()
  const { child, url } = await serve(store)
  const ready = performance.now() - startedAt
  const browser = await startBrowser()
  const { page } = await visit(browser, url, { width: 1440, height: 900 })
  const at = (path: string) => `${new URL(url).origin}${path}`
  const timed = async (path: string, selector: string) => {
    const begun = performance.now()
    await page.goto(at(path))
    await page.locator(selector).first().waitFor()
    return performance.now() - begun
  }
  const again = async (path: string, selector: string) =>
    middle([await timed(path, selector), await timed(path, selector), await timed(path, selector)])
  try {
    const n = sessions.toLocaleString('en-US')
    const first = await timed('/sessions/store', '.line .what')
    const list = await again('/sessions/store', '.line .what')
    const overview = await again('/overview/store', '.weeks')
    const some = await again('/sessions/store/00000007-2222-4c1e-9d1a-aa0000000002', '.transcript .row')
    const label = await labels(page)
    const cold = await timed(`/sessions/store/${LONG}`, '.transcript .row')
    const warm = await again(`/sessions/store/${LONG}`, '.transcript .row')
    const scroll = await wheel(page, at(`/sessions/store/${LONG}?m=1990`))
    return [
      { what: `server ready, its process started, ${n} sessions`, measured: seconds(ready), budget: '0.5 s' },
      { what: `list of ${n} sessions, the first time`, measured: seconds(first), budget: '–' },
      { what: `list of ${n} sessions`, measured: seconds(list), budget: '0.6 s' },
      { what: `overview of ${n} sessions`, measured: seconds(overview), budget: '0.6 s' },
      { what: `one of ${n} sessions`, measured: seconds(some), budget: '0.6 s' },
      { what: `a label by key in one of ${n} sessions, 95 of 100 below`, measured: `${label.toFixed(0)} ms`, budget: '50 ms' },
      { what: 'a session of 2,000 messages, first row, cold', measured: seconds(cold), budget: '1.5 s' },
      { what: 'the same, warm', measured: seconds(warm), budget: '0.6 s' },
      { what: 'frames while the wheel turns, 95 of 100 below', measured: `${scroll.p95.toFixed(1)} ms`, budget: '33 ms' },
      { what: 'of these blank, or moved the other way', measured: `${scroll.blank}, ${scroll.wrong}`, budget: '0, 0' },
      { what: 'elements in the page', measured: String(scroll.nodes), budget: '1,200' },
      { what: 'heap of the page', measured: `${Math.round(scroll.heapMB)} MB`, budget: '60 MB' },
      { what: 'peak memory of the server', measured: peakMemory(child), budget: '400 MB' },
    ]
  } finally {
    await browser.close()
    child.kill('SIGINT')
  }
}

/** Label messages of the session that is open, by keyboard; from the key to the answer of the server. */
async function labels(page: Page): Promise<number> {
  await page.keyboard.press('r')
  await page.getByText('As it is in the row').waitFor()
  const took: number[] = []
  for (let i = 0; i < 50; i++) {
    const answered = page.waitForResponse(response => response.request().method() === 'POST')
    const begun = performance.now()
    await page.keyboard.press(i % 2 === 0 ? 'a' : 'x')
    await answered
    took.push(performance.now() - begun)
    await page.keyboard.press('j')
  }
  return took.sort((a, b) => a - b)[47]!
}

/** The studio as a process of its own; its address is the first thing it says. */
async function serve(store: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(root, 'bin', 'tracewright.mjs'), 'studio', store, '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', data => resolve(String(data).trim()))
    child.once('exit', code => reject(new Error(`The studio ended with ${code}`)))
  })
  return { child, url }
}

/** As Linux tells it; other systems do not. */
function peakMemory({ pid }: ChildProcess): string {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? 'not known' : `${Math.round(Number(kilobytes) / 1024)} MB`
  } catch {
    return 'not known'
  }
}

type Scrolled = { p95: number; blank: number; wrong: number; nodes: number; heapMB: number }

/** Turn the wheel upwards through a long session and look at every frame. */
async function wheel(page: Page, url: string): Promise<Scrolled> {
  await page.goto(url)
  await page.locator('.row.current').waitFor()
  await page.locator('.transcript .scroller').hover()
  await page.evaluate(`(() => {
    const scroller = document.querySelector('.transcript .scroller')
    const box = scroller.getBoundingClientRect()
    const seen = (window.seen = { frames: [], blank: 0, wrong: 0, nodes: 0 })
    let [last, top] = [performance.now(), scroller.scrollTop]
    const look = now => {
      seen.frames.push(now - last)
      last = now
      const middle = document.elementFromPoint(box.left + 200, box.top + box.height / 2)
      if (middle === null || middle.closest('.row') === null) seen.blank++
      const row = middle?.closest('.row')?.dataset.index
      if (row !== undefined && seen.row !== undefined && Number(row) > Number(seen.row)) seen.wrong++
      seen.row = row ?? seen.row
      top = scroller.scrollTop
      seen.nodes = Math.max(seen.nodes, document.querySelectorAll('*').length)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })()`)
  for (let i = 0; i < 200; i++) {
    await page.mouse.wheel(0, -240)
    await page.waitForTimeout(16)
  }
  const debug = await page.context().newCDPSession(page)
  const heap = (await debug.send('Runtime.getHeapUsage')) as { usedSize: number }
  const seen = (await page.evaluate('window.seen')) as { frames: number[]; blank: number; wrong: number; nodes: number }
  const frames = seen.frames.slice(1).sort((a, b) => a - b)
  return { ...seen, p95: frames[Math.floor(frames.length * 0.95)] ?? Number.NaN, heapMB: heap.usedSize / 2 ** 20 }
}

const LONG = 'long-session'

/** A session of so many messages: answers with words and calls, results of different lengths. */
function longSession(messages: number): string {
  const lines = Array.from({ length: messages }, (_, i) => {
    const step = Math.floor(i / 2)
    const words = `step ${step}: ${'a word '.repeat((step * 7) % 60)}`
    const content =
      i === 0
        ? 'Take many steps'
        : i % 2 === 0
          ? [
              { type: 'text', text: words },
              { type: 'tool_use', id: `toolu_${step}`, name: 'Bash', input: { command: `step ${step}` } },
            ]
          : [
              {
                type: 'tool_result',
                tool_use_id: `toolu_${step}`,
                content: 'a line of a result\n'.repeat(1 + ((step * 13) % 400)),
                is_error: step % 9 === 0,
              },
            ]
    const isModel = i > 0 && i % 2 === 0
    const message = isModel
      ? { id: `msg_${i}`, role: 'assistant', model: 'claude-sonnet-4-5', content, usage: { input_tokens: 1000, output_tokens: 100 } }
      : { role: 'user', content }
    const place = { parentUuid: i === 0 ? null : `u${i - 1}`, uuid: `u${i}`, sessionId: LONG, cwd: '/repo', version: '2.0.0' }
    return JSON.stringify({
      type: isModel ? 'assistant' : 'user',
      message,
      ...place,
      timestamp: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
    })
  })
  return `${lines.join('\n')}\n`
}
