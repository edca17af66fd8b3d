import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Studio, startStudio } from '../../src/studio/studio.ts'
import { ingestSample, sampleStore } from '../../src/studio/testing/sample-store.ts'
import { chromiumPath, startBrowser, visit, withoutBrowser } from './browser.ts'

if (chromiumPath === null && process.env['CI']) throw new Error(withoutBrowser())

/** Connections a browser has to one server. */
const CONNECTIONS = 6

let folder: string
let studio: Studio
let browser: Browser

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

  it('let go of the server while nobody looks at them: there may be more of them than a browser has connections', async () => {
    const { page, context } = await visit(browser, studio.url)
    const pages = [page]
    for (let n = 0; n < CONNECTIONS + 2; n++) {
      await pages.at(-1)!.getByText('Sessions a week').waitFor()
      await pages.at(-1)!.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))`)
      const next = await context.newPage()
      await next.goto(`http://127.0.0.1:${studio.port}/overview/store`)
      pages.push(next)
    }
    await pages.at(-1)!.getByText('Sessions a week').waitFor()
    await context.close()
  }, 60_000)

  it('say when the studio is gone, keep what they show, and go on when it is back', async () => {
    const { page, context } = await visit(browser, studio.url)
    await page.getByText('Sessions a week').waitFor()
    await context.setOffline(true)
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))`)
    await page.getByText('The studio does not answer: what is shown here may be old').waitFor()
    await page.getByText('Sessions a week').waitFor()
    await context.setOffline(false)
    await expect.poll(() => page.getByText('The studio does not answer').count(), { timeout: 20_000 }).toBe(0)
    await context.close()
  }, 60_000)
})
