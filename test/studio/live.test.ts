import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Studio, startStudio } from '../../src/studio/studio.ts'
import { ingestSample, type LogRecord, logOf, sampleStore } from '../../src/studio/testing/sample-store.ts'
import { chromiumPath, startBrowser, visit, withoutBrowser } from './browser.ts'

if (chromiumPath === null && process.env['CI']) throw new Error(withoutBrowser())

/** Connections a browser has to one server. */
const CONNECTIONS = 6

let folder: string
let studio: Studio
let browser: Browser
const said: LogRecord[] = []

/** Have a page believe that somebody looks at it, or nobody: here all pages are seen. */
async function hide(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`)
}

describe.skipIf(chromiumPath === null)('pages that are left open', () => {
  beforeAll(async () => {
    folder = await sampleStore()
    await ingestSample(folder)
    studio = await startStudio({ paths: [join(folder, 'store')] })
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await studio.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('share one connection, however many they are, and all hear of what changes; when the one that listens goes, another does', async () => {
    const { page, context } = await visit(browser, studio.url)
    const pages = [page]
    for (let n = 0; n < CONNECTIONS + 2; n++) {
      const next = await context.newPage()
      await next.goto(`http://127.0.0.1:${studio.port}/sessions/store/peas`)
      await next.getByText('Now they stand').waitFor()
      pages.push(next)
    }
    const say = async (text: string) => {
      said.push({ type: 'user', content: text })
      const lines = logOf('peas', '/srv/garden', Date.now(), [...Array(8).fill({ type: 'user', content: 'x' }), ...said]).split('\n')
      appendFileSync(join(folder, 'logs', '-p', 'peas.jsonl'), lines.slice(7 + said.length).join('\n'))
      await ingestSample(folder)
      for (const page of pages) await page.getByText(text).first().waitFor()
    }
    await pages.shift()!.close() // it listened
    await say('Water them')
    await hide(pages[0]!, 'hidden') // now this one did
    const hidden = pages.shift()!
    await say('Weed them')
    await hide(hidden, 'visible')
    await hidden.getByText('Weed them').first().waitFor()
    await context.close()
  }, 90_000)

  it('say when the studio is gone, keep what they show, and go on when it is back', async () => {
    const { page, context } = await visit(browser, studio.url)
    await page.getByText('Sessions a week').waitFor()
    await context.setOffline(true)
    await hide(page, 'hidden')
    await hide(page, 'visible')
    await page.getByText('The studio does not answer: what is shown here may be old').waitFor()
    await page.getByText('Sessions a week').waitFor()
    await context.setOffline(false)
    await expect.poll(() => page.getByText('The studio does not answer').count(), { timeout: 20_000 }).toBe(0)
    await context.close()
  }, 60_000)
})
