import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { MOST_BYTES } from '../../src/model/tools/bounded-fetch.ts'
import { MCPProvider } from '../../src/model/tools/mcp-provider.ts'
import { ToolConfig } from '../../src/model/tools/tool-config.ts'
import { ToolServers } from '../../src/model/tools/tool-servers.ts'

/*
 * A tool server that is asked over HTTP may answer with as much as it likes: what is too large fails its call, is not held, and costs no other.
 */

type Form = 'json' | 'events' | 'one line of events' | 'stream'
type Sent = { id?: number; method: string; params?: { name: string } }

/** Answers `echo`; `flood` in one message that goes on until nobody reads it, or for ten times what may be. `form`: how it answers. */
async function startServer(form: Form): Promise<{ endpoint: string; written: () => number; [Symbol.asyncDispose](): Promise<void> }> {
  let written = 0
  let stream: ServerResponse | null = null
  const flood = async (response: ServerResponse, before: string) => {
    response.write(before)
    const words = form === 'events' ? `data: ${'x'.repeat(1 << 16)}\n` : 'x'.repeat(1 << 16)
    for (; written < 10 * MOST_BYTES && !response.destroyed; written += words.length)
      if (!response.write(words)) await new Promise(resolve => response.once('drain', resolve).once('close', resolve))
    response.end()
  }
  const reply = ({ id, method, params }: Sent, response: ServerResponse) => {
    const json = JSON.stringify({ jsonrpc: '2.0', id, result: resultOf(method) })
    const isFlood = params?.name === 'flood'
    if (form === 'json') return isFlood ? flood(response, `{"jsonrpc":"2.0","id":${id},"result":{"content":"`) : response.end(json)
    if (isFlood) return flood(response, `data: {"jsonrpc":"2.0","id":${id},"result":{"content":"`)
    response.write(`event: message\r\ndata: ${json}\r\n\r\n`)
    if (form !== 'stream') response.end()
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'GET' && form === 'stream') {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' })
      return stream.write('event: endpoint\ndata: /said\n\n')
    }
    const sent = request.method === 'POST' ? await bodyOf(request) : null
    if (sent?.id === undefined) return response.writeHead(sent === null ? 405 : 202).end()
    if (form === 'stream') {
      response.writeHead(202).end('Accepted')
      return reply(sent, stream!)
    }
    response.writeHead(200, { 'content-type': form === 'json' ? 'application/json' : 'text/event-stream' })
    return reply(sent, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    written: () => written,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Sent> {
  return JSON.parse(Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()) as Sent
}

function resultOf(method: string): unknown {
  if (method === 'initialize')
    return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'far', version: '1' } }
  if (method === 'tools/list') return { tools: ['echo', 'flood'].map(name => ({ name, inputSchema: { type: 'object' } })) }
  return { content: [{ type: 'text', text: 'y'.repeat(MOST_BYTES / 2) }] }
}

describe('a server that floods its answer', () => {
  it.each<Form>(['json', 'events', 'one line of events', 'stream'])('as %s fails its call, and what is large enough passes', async form => {
    await using server = await startServer(form)
    const provider = new MCPProvider({
      name: 'far',
      endpoint: server.endpoint,
      providerType: form === 'stream' ? 'sse' : 'streamable_http',
      apiKey: 'key-of-test',
    })
    await using servers = new ToolServers([provider], [new ToolConfig({ toolAlias: 't', providers: ['far'], timeoutSec: 60 })], false)
    const box = servers.box('t')
    const ask = async (name: string) => {
      const [message] = await box.answer([{ id: 'c', type: 'function', function: { name, arguments: '{}' } }], 1, undefined)
      return (message!.content as { text: string }[])[0]!.text
    }
    expect((await ask('echo')).length).toBe(MOST_BYTES / 2)
    expect(await ask('flood')).toContain(`found an answer of more than ${MOST_BYTES} bytes`)
    if (form !== 'stream') expect((await ask('echo')).length).toBe(MOST_BYTES / 2)
    expect(server.written()).toBeLessThan(5 * MOST_BYTES)
  })
})
