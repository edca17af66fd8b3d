import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { DatasetCreationResults } from '../src/pipeline/results/creation-results.ts'
import type { Row } from '../src/row.ts'
import { startCli } from './cli-process.ts'
import { type Answer, type ModelServer, sleep, startModelServer } from './model-server.ts'

const ROWS = 40
const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A folder with a config of two columns that ask a model, one after the other, and a server to ask. */
async function scene(answer: Answer, latency: number): Promise<{ cwd: string; server: ModelServer; args: string[] }> {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-kill-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const server = await startModelServer(async question => {
    await sleep(latency / 2 + Math.random() * latency)
    return answer(question)
  })
  clean.push(() => server.close())
  const configFrom = (library: string) => `
import { DataDesignerConfigBuilder, LLMTextColumnConfig, ExpressionColumnConfig, ModelConfig, RowsSeedSource } from ${JSON.stringify(library)}
export const configBuilder = new DataDesignerConfigBuilder({
  modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', provider: 'here', inferenceParameters: { maxParallelRequests: 6 } })],
})
  .withSeedDataset(new RowsSeedSource({ rows: Array.from({ length: ${ROWS} }, (_, n) => ({ n })) }))
  .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'First {{ n }}' }))
  .addColumn(new LLMTextColumnConfig({ name: 'b', modelAlias: 'm', prompt: 'Second {{ a }}' }))
  .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(1000) | random }}', dtype: 'int' }))
`
  writeFileSync(join(cwd, 'config.mjs'), configFrom('tracewright'))
  writeFileSync(join(cwd, 'undisturbed.mjs'), configFrom(new URL('../src/index.ts', import.meta.url).href))
  const args = [
    'create',
    'config.mjs',
    '-n',
    `${ROWS}`,
    '-o',
    'out',
    '--seed',
    '7',
    '--part-rows',
    '5',
    '--provider',
    `here=${server.endpoint}`,
  ]
  return { cwd, server, args }
}

const results = (cwd: string) =>
  new DatasetCreationResults(join(cwd, 'out'), new DataDesignerConfigBuilder(), { seedColumns: [], standIns: [] })

/** Texts of the replies that are on disk. */
function kept(cwd: string): string[] {
  const path = join(cwd, 'out', 'cells', 'replies.jsonl')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.flatMap(line => (JSON.parse(line).key === null ? [] : [JSON.parse(line).reply.text]))
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

/** What a run makes that nobody kills. */
async function undisturbed(cwd: string, server: ModelServer): Promise<Row[]> {
  const { configBuilder } = await import(pathToFileURL(join(cwd, 'undisturbed.mjs')).href)
  const designer = new DataDesigner({ seed: 7, modelProviders: [new ModelProvider({ name: 'here', endpoint: server.endpoint })] })
  return (await designer.create(configBuilder, { numRecords: ROWS, path: join(cwd, 'undisturbed') })).loadDataset()
}

it('a run that is killed again and again asks no model twice for a finished cell, and ends with the same dataset', async () => {
  const { cwd, server, args } = await scene(({ prompt }) => `[${prompt}]`, 30)
  let kills = 0
  let inFlight = 0
  for (let session = 0; ; session++) {
    const before = new Map(server.asked)
    const finished = kept(cwd)
    const { child, output } = startCli(session === 0 || !existsSync(join(cwd, 'out', 'manifest.json')) ? args : [...args, '--resume'], cwd)
    const asked = () => [...server.asked.values()].reduce((sum, n) => sum + n, 0)
    const limit = asked() + 1 + Math.floor(Math.random() * 16)
    await Promise.race([output, until(() => asked() >= limit)])
    await Promise.race([output, sleep(Math.random() * 40)])
    if (kills < 5 && child.exitCode === null) {
      child.kill('SIGKILL')
      kills++
    }
    const { code, stderr } = await output
    await sleep(60) // what was under way arrives at the server
    for (const text of finished) expect(server.asked.get(text.slice(1, -1)) ?? 0).toBe(before.get(text.slice(1, -1)) ?? 0)
    if (code === 0) break
    expect(code, stderr).toBe(null)
    inFlight += asked() - kept(cwd).length - inFlight
  }
  expect(kills).toBeGreaterThan(3)
  expect([...new Set(kept(cwd))].length).toBe(2 * ROWS)
  expect(kept(cwd).length).toBe(2 * ROWS)
  expect(server.calls()).toBe(2 * ROWS + inFlight)
  expect(await results(cwd).loadDataset()).toEqual(await undisturbed(cwd, server))
  expect(results(cwd).manifest).toMatchObject({ status: 'complete', rows: ROWS })
  // One health check of 15 tokens a session, those that were killed before it ended left out.
  const { calls, input_tokens } = results(cwd).usage.run
  expect(calls).toBeGreaterThanOrEqual(2 * ROWS + 1)
  expect(input_tokens).toBe(10 * calls)
}, 60_000)

it('Ctrl-C finishes the calls under way, saves, and says how to go on', async () => {
  const { cwd, server, args } = await scene(({ prompt }) => `[${prompt}]`, 40)
  const { child, output } = startCli(args, cwd)
  await until(() => server.calls() >= 30)
  child.kill('SIGINT')
  const { code, stdout } = await output
  expect(code).toBe(130)
  expect(stdout).toContain('--resume')
  expect(kept(cwd).length).toBe(server.calls())
  expect(server.calls()).toBeLessThan(2 * ROWS)
  expect(results(cwd).manifest).toMatchObject({ status: 'stopped', reason: 'Stopped on request' })
  expect(results(cwd).manifest.rows).toBeGreaterThan(0)
  expect((await startCli([...args, '--resume'], cwd).output).code).toBe(0)
  expect(server.calls()).toBe(2 * ROWS)
  expect([...server.served.values()].every(n => n === 1)).toBe(true)
  expect(results(cwd).usage.run.calls).toBe(2 * ROWS + 2)
  const before = server.health
  const again = await startCli([...args, '--resume'], cwd).output
  expect(again.code).toBe(0)
  expect(server.health).toBe(before)
  expect(server.calls()).toBe(2 * ROWS)
}, 30_000)

it('Ctrl-C twice stops at once, and SIGTERM is like Ctrl-C', async () => {
  const { cwd, server, args } = await scene(({ prompt, nth }) => (nth === 1 && prompt === 'First 9' ? sleep(60_000) : `[${prompt}]`), 10)
  const { child, output, stderr } = startCli(args, cwd)
  await until(() => server.asked.has('First 9') && server.calls() > 12)
  child.kill('SIGTERM')
  await until(() => stderr().includes('Stopping'))
  await sleep(200)
  expect(child.exitCode).toBe(null)
  const start = performance.now()
  child.kill('SIGINT')
  const { code, stderr: said } = await output
  expect(performance.now() - start).toBeLessThan(3000)
  expect(code).toBe(130)
  expect(said).toContain('--resume')
  expect(results(cwd).manifest).toMatchObject({ status: 'stopped' })
  expect((await startCli([...args, '--resume'], cwd).output).code).toBe(0)
  expect(results(cwd).manifest.rows).toBe(ROWS)
  expect([...server.served.values()].every(n => n === 1)).toBe(true)
}, 30_000)
