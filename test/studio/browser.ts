import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A browser of this machine; null where there is none. */
export const chromiumPath = PLACES.find(path => path !== undefined && path !== '' && existsSync(path)) ?? null

/** Says which tests are left out, and how to have them. In CI they must not be: there it is an error. */
export function withoutBrowser(): string {
  return 'No Chromium was found, so the pages of the studio are not tested. Get one: apt-get install chromium, or set CHROMIUM to its path'
}

/** Start the browser, without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** A page of the studio, and what went wrong in it: errors, refused requests, requests to elsewhere. */
export type Visit = { page: Page; context: BrowserContext; troubles: string[] }

/** Open the studio as a person does: by the address that was printed. */
export async function visit(
  browser: Browser,
  url: string,
  options: { width?: number; height?: number; dark?: boolean } = {},
): Promise<Visit> {
  const { width = 1280, height = 800, dark = false } = options
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', error => troubles.push(`error: ${error.message}`))
  page.on('console', message => message.type() === 'error' && troubles.push(`console: ${message.text()}`))
  page.on('request', request => {
    if (new URL(request.url()).origin !== new URL(url).origin) troubles.push(`request: ${request.url()}`)
  })
  page.on('popup', popup => troubles.push(`popup: ${popup.url()}`))
  await page.goto(url)
  return { page, context, troubles }
}

/** What axe finds on the page as it is, by all rules or by these, one line for each. The policy of the page forbids scripts, so it goes in by the debugger. */
export async function axeFinds({ page, context }: Visit, rules?: readonly string[]): Promise<string[]> {
  const options = rules === undefined ? {} : { runOnly: rules }
  const debug = await context.newCDPSession(page)
  const { result, exceptionDetails } = await debug.send('Runtime.evaluate', {
    expression: `${axe.source}; axe.run(${JSON.stringify(options)}).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + ' ' + nodes[0].failureSummary)))`,
    awaitPromise: true,
    returnByValue: true,
  })
  await debug.detach()
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text)
  return JSON.parse(result.value as string) as string[]
}
