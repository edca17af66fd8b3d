import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Queue } from 'bullmq'
import { type Context, Hono } from 'hono'
import { TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'
import { loadPeers } from './load-peers.ts'

/** A dashboard that is served. */
export type Board = {
  /** Where it is. */
  url: string
  /** Stop serving it. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Serve the engine's own dashboard of a queue to this machine. `port` 0: any that is free. Throws where its packages are not installed. */
export async function startBoard(queue: Queue, port: number): Promise<Board> {
  const [{ createBullBoard }, { BullMQAdapter }, { HonoAdapter }] = await loadPeers(
    () => Promise.all([import('@bull-board/api'), import('@bull-board/api/bullMQAdapter'), import('@bull-board/hono')]),
    'show a dashboard',
    '@bull-board/api @bull-board/hono',
  )
  const adapter = new HonoAdapter(serveStatic)
  createBullBoard({
    queues: [new BullMQAdapter(queue as never)],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'tracewright', pollingInterval: { showSetting: true } } },
  })
  let taken = port
  const app = new Hono()
  app.use('*', async (c, next) => {
    if (!isOurs(c, taken)) return c.text(`Expected http://127.0.0.1:${taken}`, 403)
    await next()
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value)
  })
  app.route('/', adapter.registerPlugin())
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port, overrideGlobalObjects: false })
  await new Promise((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', error =>
      reject(
        new TracewrightError('usage', `Cannot show a dashboard at port ${port}: ${systemReason(error)}`, {
          hint: 'Choose another port (--board PORT), or 0 for any that is free',
          cause: error,
        }),
      ),
    )
  })
  taken = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${taken}`,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

/** Pages of others may reach a server of this machine by a name of their own for it, or by a request of theirs. */
function isOurs(c: Context, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const origin = c.req.header('origin')
  if (origin !== undefined && !hosts.some(host => origin === `http://${host}`)) return false
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return hosts.includes(c.req.header('host') ?? '')
}

/** The pages are the engine's, with scripts and styles in them; nothing is loaded from elsewhere, and no other page shows them. */
const HEADERS: { readonly [name: string]: string } = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
