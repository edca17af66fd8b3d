// Makes the pictures of docs/studio.md: the studio over the sample logs, in a browser of this machine.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingestToStore } from '../src/dataset/store/ingest.ts'
import { startStudio } from '../src/studio/studio.ts'
import { chromiumPath, startBrowser, visit, withoutBrowser } from '../test/studio/browser.ts'

const root = join(import.meta.dirname, '..')
const pictures = join(root, 'docs', 'pictures')

/** Pages tell where logs lie; pictures tell this instead of a folder of the machine they were made on. */
const SHOWN_FOLDER = '/home/ada'

/** What is shown, and how. `path` may hold the id of the session with the most messages. */
const SHOTS = [
  { name: 'overview', path: '/overview/sessions', dark: false },
  { name: 'list', path: '/sessions/sessions', dark: true },
  { name: 'session', path: '/sessions/sessions/LONGEST?details=1', dark: false },
] as const

if (chromiumPath === null) throw new Error(withoutBrowser())
const folder = mkdtempSync(join(tmpdir(), 'tracewright-pictures-'))
const browser = await startBrowser()
try {
  cpSync(join(root, 'examples', 'logs'), join(folder, 'logs'), { recursive: true })
  const store = join(folder, 'sessions')
  for (const format of ['claude_code', 'codex', 'pi_coding_agent'] as const)
    await ingestToStore({ format, path: join(folder, 'logs', format), folder: store, workers: 1 })
  const studio = await startStudio({ paths: [store] })
  const response = await fetch(`http://127.0.0.1:${studio.port}/api/sources/sessions/sessions?sort=messages&limit=1`, {
    headers: { authorization: `Bearer ${studio.token}` },
  })
  const { data } = (await response.json()) as { data: { lines: { trace_id: string }[] } }
  mkdirSync(pictures, { recursive: true })
  for (const { name, path, dark } of SHOTS) {
    const { page, context } = await visit(browser, studio.url, { width: 1200, height: 720, dark })
    await page.route('**/api/sources/sessions/**', async route => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replaceAll(folder, SHOWN_FOLDER) })
    })
    await page
      .goto(`http://127.0.0.1:${studio.port}${path.replace('LONGEST', encodeURIComponent(data.lines[0]!.trace_id))}`, {
        waitUntil: 'networkidle',
      })
      .catch(() => null)
    await page.locator('.week, .line .what, .transcript .row').first().waitFor()
    await page.waitForTimeout(500)
    const text = await page.locator('body').textContent()
    if (text?.includes(folder)) throw new Error(`Cannot make the picture of ${name}: the page names the folder ${folder}`)
    await page.screenshot({ path: join(pictures, `studio-${name}.png`) })
    await context.close()
  }
  await studio.close()
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
