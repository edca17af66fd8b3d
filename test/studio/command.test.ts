import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleStore } from '../../src/studio/testing/sample-store.ts'
import { startCli } from '../cli-process.ts'

let folder: string
beforeAll(async () => {
  folder = await sampleStore()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The first line that a command says. */
function firstLine(child: ReturnType<typeof startCli>['child']): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout!.setEncoding('utf8').on('data', chunk => {
      said += chunk
      if (said.includes('\n')) resolve(said.split('\n', 1)[0]!)
    })
    child.once('close', () => reject(new Error(`It ended: ${said}`)))
  })
}

it('tracewright studio finds the store in the folder, says its address, serves until Ctrl-C, and ends well', async () => {
  const { child, output } = startCli(['studio'], folder)
  const url = new URL(await firstLine(child))
  expect(url.hostname).toBe('127.0.0.1')
  const opened = await fetch(url, { redirect: 'manual' })
  expect(opened.status).toBe(302)
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
  const answer = await fetch(new URL('/api/sources', url), { headers: { cookie } })
  expect(((await answer.json()) as { data: { sources: { name: string }[] } }).data.sources.map(({ name }) => name)).toEqual(['store'])
  // Somebody who still listens does not keep it from ending.
  const events = await fetch(new URL('/api/sources/changes', url), { headers: { cookie } })
  child.kill('SIGINT')
  expect((await output).code).toBe(0)
  await expect(fetch(new URL('/', url))).rejects.toThrow()
  await events.body!.cancel().catch(() => {})
})

it.each<[string[], RegExp]>([
  [['nowhere'], /Cannot show 'nowhere': found neither a store nor a run/],
  [['store', '--port', 'http'], /Expected a port/],
])('tracewright studio %s says what is wrong', async (args, says) => {
  const { code, stderr } = await startCli(['studio', ...args], folder).output
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)])
})

it('a port that is taken is said to be taken', async () => {
  const { child, output } = startCli(['studio', join(folder, 'store')], folder)
  const { port } = new URL(await firstLine(child))
  const { code, stderr } = await startCli(['studio', 'store', '--port', port], folder).output
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Cannot listen on port ${port}`)])
  child.kill('SIGINT')
  await output
})
