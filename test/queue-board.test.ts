import { once } from 'node:events'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { openQueue } from '../src/queue/open-queue.ts'
import { hasRedis, postgresPrograms, startPostgres, startRedis } from './queue-servers.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('@bull-board'))

/** What a page of the dashboard answers; `headers` may say what a browser sent by a stranger would. */
function ask(
  url: string,
  path: string,
  headers: { [name: string]: string } = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method, headers }, response => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', chunk => (body += chunk))
        .on('end', () => resolve({ status: response.statusCode!, body }))
    })
    asked.on('error', reject).end()
  })
}

it.each([
  ['Redis', hasRedis, startRedis],
  ['PostgreSQL', postgresPrograms !== null, startPostgres],
] as const)(
  'the dashboard of a queue over %s shows its shards to this machine alone',
  async (name, isThere, start) => {
    if (!isThere) return console.warn(`Left out: the dashboard over ${name}, which is not installed`)
    const server = await start()
    clean.push(() => server.close())
    const queue = await openQueue(server.url)
    clean.push(() => queue[Symbol.asyncDispose]())
    await queue.submit([0, 1, 2].map(shard => ({ home: '/shared/run', plan: 'p'.repeat(64), shard })))
    if (name === 'Redis') expect(loaded()).toEqual([])
    const board = await queue.board(0)
    clean.push(() => board[Symbol.asyncDispose]())
    expect(loaded().length).toBeGreaterThan(0)

    expect((await ask(board.url, '/')).body).toContain('<title>tracewright')
    const { queues } = JSON.parse(
      (await ask(board.url, '/api/queues?activeQueue=tracewright-shards&status=waiting&page=1&jobsPerPage=10')).body,
    )
    expect(queues[0]).toMatchObject({ name: 'tracewright-shards', counts: { waiting: 3 } })
    expect(queues[0].jobs.map(({ data }: { data: unknown }) => data)).toContainEqual({
      home: '/shared/run',
      plan: 'p'.repeat(64),
      shard: 1,
    })

    const strangers: { [name: string]: string }[] = [
      { host: 'evil.example' },
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of strangers) expect((await ask(board.url, '/api/queues', headers)).status).toBe(403)
    expect((await ask(board.url, '/api/queues/tracewright-shards/pause', { origin: 'http://evil.example' }, 'PUT')).status).toBe(403)
    expect((await ask(board.url, '/api/queues', { origin: board.url })).status).toBe(200)
    // Bound to one address of the loopback, and so to nothing that others reach.
    const other = connect(Number(new URL(board.url).port), '127.0.0.2')
    const [error] = await once(other, 'error')
    expect(error.code).toMatch(/ECONNREFUSED|EADDRNOTAVAIL|ETIMEDOUT/)
    await expect(queue.board(Number(new URL(board.url).port))).rejects.toThrow(/Cannot show a dashboard at port \d+/)
  },
  60_000,
)
