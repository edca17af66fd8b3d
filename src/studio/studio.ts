import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { TracewrightError } from '../errors.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import { systemReason } from '../system-error.ts'
import { answer, failure, notFound } from './answer.ts'
import { Desk } from './desk.ts'
import { guard } from './guard.ts'
import { comparisonRoutes } from './routes/comparisons.ts'
import { labelRoutes } from './routes/labels.ts'
import { pageRoutes } from './routes/pages.ts'
import { runRoutes } from './routes/runs.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { sourceRoutes } from './routes/sources.ts'
import { findSources } from './sources.ts'

/** What the studio shows, and how. */
export type StudioOptions = {
  /** Stores, runs, exports and files of rows. Default: those in the folder. */
  paths?: readonly string[]
  /** Default: the current one. */
  folder?: string
  /** Default: one that is free. */
  port?: number
  /** Nothing can be labelled. Default false. */
  readOnly?: boolean
}

const STUDIO_OPTIONS: Known<StudioOptions> = { paths: true, folder: true, port: true, readOnly: true }

/** A studio that runs until it is closed, or disposed of: `await using studio = await startStudio()`. */
export type Studio = AsyncDisposable & {
  /** Where it is, with the token: whoever has it may see everything. */
  url: string
  /** Port on this machine. */
  port: number
  /** Key to its data, as `authorization: Bearer TOKEN`. */
  token: string
  /** End it. */
  close(): Promise<void>
}

/** Start the studio: a web application on this machine, for this machine. Throws where there is nothing to show. */
export async function startStudio(options: StudioOptions = {}): Promise<Studio> {
  refuseUnknownOptions(options, STUDIO_OPTIONS, 'startStudio')
  const { paths = [], folder = '.', port = 0, readOnly = false } = options
  const desk = new Desk(findSources(paths, folder), readOnly)
  const token = randomBytes(24).toString('base64url')
  let listening = 0
  const app = new Hono()
  app.use(guard({ token, port: () => listening }))
  app.use(compress())
  app.onError((error, c) => failure(c, error))
  app.route('/api/sources', sourceRoutes(desk))
  app.route('/api/sources', sessionRoutes(desk))
  app.route('/api/sources', labelRoutes(desk))
  app.route('/api/sources', runRoutes(desk))
  app.route('/api/sources', comparisonRoutes(desk))
  app.get('/api/health', c => answer(c, 'ok'))
  app.all('/api/*', c => failure(c, notFound('such resource')))
  app.route('/', pageRoutes())
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port, overrideGlobalObjects: false })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', error => reject(cannotListen(port, error))))
  listening = (server.address() as AddressInfo).port
  desk.warmUp()
  const close = async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    if ('closeAllConnections' in server) server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${listening}/?token=${token}`, port: listening, token, close, [Symbol.asyncDispose]: close }
}

function cannotListen(port: number, error: NodeJS.ErrnoException): TracewrightError {
  const hint = error.code === 'EADDRINUSE' ? { hint: 'Something else listens there: choose another, or none for one that is free' } : {}
  return new TracewrightError('file', `Cannot listen on port ${port}: ${systemReason(error)}`, { cause: error, ...hint })
}
