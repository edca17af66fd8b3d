import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { startCli } from './cli-process.ts'
import { sleep, startModelServer } from './model-server.ts'
import { startS3Server } from './s3-server.ts'
import { cli, contentOf, numbersIn, overFile } from './shard-scene.ts'

const ROWS = 40
const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

it('a run lives in S3: racers, a machine that dies, and the union is the single run', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-s3-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const storage = await startS3Server({ pageSize: 5 })
  clean.push(() => storage.close())
  let isSlow = false
  const server = await startModelServer(async ({ prompt }) => {
    if (isSlow && Number(/\d+/.exec(prompt)?.[0]) > 12) await sleep(60_000)
    return `[${prompt}]`
  })
  clean.push(() => server.close())
  const builder = overFile(numbersIn(join(cwd, 'in'), ROWS))
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  await new DataDesigner({ seed: 7, modelProviders }).create(builder, { path: join(cwd, 'whole') })
  server.asked.clear()
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(builder.toJSON()))
  const run = (args: readonly string[], code = 0) => cli(args, cwd, code, storage.environment)
  const home = 's3://bucket/runs/one'
  await run(['plan', 'config.json', '-o', home, '--of', '2', '--seed', '7', '--part-rows', '5', '--provider', `here=${server.endpoint}`])

  // A machine dies: what it has sent of its replies is all that is left of it.
  isSlow = true
  const doomed = startCli(['create', '-o', home, '--shard', '0/2'], cwd, storage.environment)
  const sent = () => [...storage.objects].filter(([key]) => /shards\/00000\/.*\/replies-\d+\.jsonl\.zst$/.test(key))
  const planned = sent().length
  while (sent().length === planned) await sleep(5)
  doomed.child.kill('SIGKILL')
  await doomed.output
  isSlow = false
  const lines = sent().flatMap(([, bytes]) => zstdDecompressSync(bytes).toString('utf8').trim().split('\n'))
  const paid = lines.flatMap(line => (JSON.parse(line).key === null ? [] : [String(JSON.parse(line).reply.text).slice(1, -1)]))
  expect(paid.length).toBeGreaterThan(4)
  const before = new Map(server.asked)
  expect(await run(['status', home])).toContain('0 of 2 shards done')

  const said = await Promise.all([0, 1, 0].map(shard => run(['create', '-o', home, '--shard', `${shard}/2`])))
  expect(said.join('').match(/Shard 0: done,/g)?.length).toBe(1)
  for (const question of paid) expect(server.asked.get(question)).toBe(before.get(question))
  await run(['merge', home, '--clean'])
  const here = join(cwd, 'here')
  for (const [key, bytes] of storage.objects) {
    const path = join(here, key)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  expect(await contentOf(join(here, 'bucket', 'runs', 'one'))).toEqual(await contentOf(join(cwd, 'whole')))
  expect([...storage.objects.keys()].filter(key => /probe|shards\/\d+\//.test(key))).toEqual([])

  const strange = await startS3Server({ ignoresConditions: true })
  clean.push(() => strange.close())
  const refused = await cli(
    ['plan', 'config.json', '-o', home, '--of', '2', '--provider', `here=${server.endpoint}`],
    cwd,
    1,
    strange.environment,
  )
  expect(refused).toContain('If-None-Match')
}, 120_000)

it('ingest reads logs of S3, and fetches again only what has changed', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-s3-logs-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const storage = await startS3Server({})
  clean.push(() => storage.close())
  const log = (id: string, words: string) =>
    `${JSON.stringify({ type: 'user', uuid: `${id}1`, parentUuid: null, sessionId: id, timestamp: '2026-01-02T03:04:05Z', message: { role: 'user', content: words } })}\n`
  const ids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']
  for (const id of ids) storage.objects.set(`logs/team/p/${id}.jsonl`, Buffer.from(log(id, `Do ${id}`)))
  const environment = { ...storage.environment, TRACEWRIGHT_SCRATCH: join(cwd, 'scratch') }
  const ingest = () => cli(['ingest', 's3://logs/team', '--format', 'claude_code', '-o', 'store'], cwd, 0, environment)
  expect(await ingest()).toContain('2 files of 2 fetched')
  expect(await ingest()).toContain('0 files of 2 fetched')
  expect(await cli(['query', 'store', 'select count(*) as sessions from rows', '--json'], cwd)).toContain('{"sessions":2}')
}, 60_000)
