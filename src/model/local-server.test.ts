import { describe, expect, it } from 'vitest'
import { findLocalServer } from './local-server.ts'
import { ChatServer, send } from './testing/chat-server.ts'

const lists = (...ids: string[]) =>
  ChatServer.start((_, __, response) => send(response, 200, { object: 'list', data: ids.map(id => ({ id })) }))

describe('findLocalServer()', () => {
  it('gives the first that lists models, and asks nothing but for the list', async () => {
    await using page = await ChatServer.start((_, __, response) => void response.end('<html>'))
    await using empty = await lists()
    await using first = await lists('small', 'large')
    await using second = await lists('other')
    await using silent = await ChatServer.start(() => {})
    const servers = [page, empty, silent, first, second].map(({ port }, index) => ({ name: `server ${index}`, port }))
    expect(await findLocalServer(servers, 0.5)).toEqual({ name: 'server 3', endpoint: first.endpoint, models: ['small', 'large'] })
    for (const server of [page, empty, silent, first, second])
      expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/models'])
  })

  it('gives null within its timeout where there is none', async () => {
    await using silent = await ChatServer.start(() => {})
    const start = performance.now()
    expect(
      await findLocalServer(
        [
          { name: 'silent', port: silent.port },
          { name: 'closed', port: 9 },
        ],
        0.2,
      ),
    ).toBeNull()
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
