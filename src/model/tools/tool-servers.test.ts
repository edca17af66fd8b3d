import { getEventListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { TracewrightError } from '../../errors.ts'
import { MCPProvider } from './mcp-provider.ts'
import { ToolConfig } from './tool-config.ts'
import { ToolServers, type ToolServersOptions } from './tool-servers.ts'

type Sent = { id?: number; method: string; params: { name?: string } }
type Step = (sent: Sent, response: ServerResponse) => unknown
type Way = 'streamable_http' | 'sse'

/** A server of the tool `echo` that goes on as it should, but where a step of its own is given for a method, or for opening a stream (`GET`). */
class FarServer {
  readonly seen: string[] = []
  /** Where the answers of one that is asked over SSE come. */
  stream: ServerResponse | null = null
  readonly way: Way
  private readonly steps: { [method: string]: Step }
  private readonly http = createServer((request, response) => void this.on(request, response))

  constructor(way: Way, steps: { [method: string]: Step }) {
    this.way = way
    this.steps = steps
  }

  static async start(way: Way, steps: { [method: string]: Step }): Promise<FarServer> {
    const server = new FarServer(way, steps)
    await new Promise<void>(resolve => server.http.listen(0, '127.0.0.1', resolve))
    return server
  }

  get provider(): MCPProvider {
    const { port } = this.http.address() as AddressInfo
    return new MCPProvider({ name: 'far', endpoint: `http://127.0.0.1:${port}/mcp`, providerType: this.way })
  }

  /** Where the answer to a request is written, as a stream of events. */
  answers(response: ServerResponse): ServerResponse {
    if (this.way === 'streamable_http') return response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.writeHead(202).end()
    return this.stream!
  }

  /** Answer as one should. */
  answer({ id, method }: Sent, response: ServerResponse): void {
    if (id === undefined) return void response.writeHead(202).end()
    const to = this.answers(response)
    to.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] ?? {} })}\n\n`)
    if (to === response) to.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.http.closeAllConnections()
    await new Promise(resolve => this.http.close(resolve))
  }

  private async on(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
    const sent: Sent = text === '' ? { method: request.method!, params: {} } : JSON.parse(text)
    this.seen.push(sent.method)
    const step = this.steps[sent.method]
    if (step !== undefined) return void step(sent, response)
    if (sent.method !== 'GET') return this.answer(sent, response)
    if (this.way === 'streamable_http') return void response.writeHead(405).end()
    this.stream = response.writeHead(200, { 'content-type': 'text/event-stream' })
    this.stream.write('event: endpoint\ndata: /said\n\n')
  }
}

const RESULTS: { [method: string]: object } = {
  initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'far', version: '1' } },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'hey' }] },
}

/** Calls get an hour: what is waited for so long fails the test. */
const opened = (server: FarServer, options: ToolServersOptions = {}) =>
  new ToolServers([server.provider], [new ToolConfig({ toolAlias: 't', providers: ['far'], timeoutSec: 3600 })], false, options)

async function call(servers: ToolServers, signal?: AbortSignal): Promise<string> {
  const [message] = await servers.box('t').answer([{ id: 'c', type: 'function', function: { name: 'echo', arguments: '{}' } }], 1, signal)
  return (message!.content as { text: string }[])[0]!.text
}

const silence = () => {}

describe('a server that falls silent', () => {
  it.each<[string, Way, { [method: string]: Step }, RegExp]>([
    ['and never opens its stream', 'sse', { GET: silence }, /^Cannot reach MCP server 'far': it timed out after 0.3 s/],
    [
      'behind the beginning of its stream',
      'sse',
      { GET: (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n') },
      /^Cannot reach MCP server 'far': it timed out after 0.3 s/,
    ],
    ['at once', 'streamable_http', { initialize: silence }, /^Cannot reach MCP server 'far': .*timed out/],
    ['when it is greeted', 'streamable_http', { 'notifications/initialized': silence }, /^Cannot reach MCP server 'far': .*timed out/],
    [
      'when it is asked for its tools',
      'streamable_http',
      { 'tools/list': silence },
      /^Cannot list the tools of MCP server 'far': .*timed out/,
    ],
  ])('%s is given up in time (%s)', async (_, way, steps, said) => {
    await using server = await FarServer.start(way, steps)
    await using servers = opened(server, { startMs: 300 })
    await expect(servers.toolNames('far')).rejects.toThrow(said)
  })

  it.each(['initialize', 'tools/list', 'tools/call'])('at %s is left when the run stops', async method => {
    const stop = new AbortController()
    await using server = await FarServer.start('streamable_http', {
      [method]: () => stop.abort(new TracewrightError('cancelled', 'The run was stopped')),
    })
    await using servers = opened(server, { signal: stop.signal, startMs: 3_600_000 })
    await expect(call(servers, stop.signal)).rejects.toThrow('The run was stopped')
  })

  it('while it is started does not keep those who let go of it', async () => {
    const { promise: isAsked, resolve } = Promise.withResolvers<void>()
    await using server = await FarServer.start('streamable_http', { initialize: () => resolve() })
    const servers = opened(server, { startMs: 3_600_000 })
    const names = servers.toolNames('far').catch(error => error.message)
    await isAsked
    await servers[Symbol.asyncDispose]()
    expect(await names).toBe('The servers of tools were stopped')
  })
})

describe('an answer that breaks off', () => {
  const half = 'event: message\ndata: {"jsonrpc":"2.0","id":'
  it.each<[string, (response: ServerResponse) => unknown]>([
    ['before it begins', response => response.end()],
    ['in an event', response => response.end(half)],
    ['in an event, cut', response => response.write(half, () => response.destroy())],
    ['behind words of another kind', response => response.end(': wait\n\n')],
  ])('%s fails its call at once', async (_, breakOff) => {
    await using server = await FarServer.start('streamable_http', { 'tools/call': (_, response) => breakOff(server.answers(response)) })
    await using servers = opened(server)
    expect(await call(servers)).toMatch(/^Error: .*the connection ended before the answer/)
  })

  it('with the stream of all answers fails its call at once, and the next opens another', async () => {
    let calls = 0
    await using server = await FarServer.start('sse', {
      'tools/call': (sent, response) => (++calls === 1 ? server.answers(response).destroy() : server.answer(sent, response)),
    })
    await using servers = opened(server)
    expect(await call(servers)).toMatch(/^Error: .*Connection closed/)
    expect(await call(servers)).toBe('hey')
    expect(server.seen.filter(method => method === 'initialize').length).toBe(2)
  })
})

it('a server that knows the session no longer is greeted anew for the next call', async () => {
  let session = 0
  let isForgotten = false
  const server = await FarServer.start('streamable_http', {
    initialize: (sent, response) => {
      isForgotten = false
      server.answer(sent, response.setHeader('mcp-session-id', `s${++session}`))
    },
    'tools/call': (sent, response) => (isForgotten ? response.writeHead(404).end() : server.answer(sent, response)),
  })
  await using _server = server
  await using servers = opened(server)
  expect(await call(servers)).toBe('hey')
  isForgotten = true
  expect(await call(servers)).toMatch(/^Error: /)
  expect(await call(servers)).toBe('hey')
  expect(session).toBe(2)
})

it.each<Way>(['streamable_http', 'sse'])('many calls leave nothing behind, and none is called off that was answered (%s)', async way => {
  const run = new AbortController()
  await using server = await FarServer.start(way, {})
  {
    await using servers = opened(server, { signal: run.signal })
    for (let i = 0; i < 50; i++) expect(await call(servers, run.signal)).toBe('hey')
    expect(getEventListeners(run.signal, 'abort').length).toBeLessThanOrEqual(1)
    run.abort()
  }
  await new Promise(resolve => setImmediate(resolve))
  expect(server.seen).not.toContain('notifications/cancelled')
})
