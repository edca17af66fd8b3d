import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Json, JsonObject } from '../../json/json.ts'
import type { ChatMessage } from '../../model/model.ts'
import { ChatServer, send } from '../../model/testing/chat-server.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import type { DataDesignerOptions } from '../designer-options.ts'

const SERVER = fileURLToPath(new URL('../../model/testing/tool-server.mjs', import.meta.url))
const stdio = (name: string, tools: string[] = [], env: JsonObject = {}): JsonObject => ({
  name,
  command: process.execPath,
  args: [SERVER, ...tools],
  env,
})
const call = (name: string, args: Json = {}, id = `call_${name}`) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
})

/** Preview one row of a column with tools; the model answers with each of `turns` in turn: calls, or words. */
async function preview(
  turns: (string | object[])[],
  options: { tools?: JsonObject; servers?: JsonObject[]; column?: JsonObject; designer?: DataDesignerOptions } = {},
) {
  await using server = await ChatServer.start((_seen, n, response) => {
    const turn = turns[Math.min(n, turns.length) - 1]!
    send(response, 200, {
      choices: [{ message: typeof turn === 'string' ? { content: turn } : { content: null, tool_calls: turn }, finish_reason: 'stop' }],
    })
  })
  const builder = new DataDesignerConfigBuilder({ modelConfigs: [{ alias: 'm', model: 'm', provider: 'here', skip_health_check: true }] })
  builder.addToolConfig({ tool_alias: 'box', providers: ['local'], ...options.tools })
  builder.addColumn({
    column_type: 'llm-text',
    name: 't',
    model_alias: 'm',
    prompt: 'Use tools.',
    tool_alias: 'box',
    with_trace: 'all_messages',
    ...options.column,
  })
  const results = await new DataDesigner({
    seed: 1,
    modelProviders: [{ name: 'here', endpoint: server.endpoint }],
    mcpProviders: options.servers ?? [stdio('local')],
    ...options.designer,
  }).preview(builder, { numRecords: 1 })
  return { ...results, bodies: server.seen.map(({ body }) => body), row: results.dataset[0] }
}

const told = (bodies: JsonObject[]) =>
  (bodies.at(-1)!['messages'] as ChatMessage[]).filter(({ role }) => role === 'tool').map(({ content }) => content)

describe('a column with tools', () => {
  it('hands calls to the server, the results to the model, and keeps all of it in the trace', async () => {
    const { row, bodies } = await preview([[call('sum', { numbers: [1, 2.5] }), call('lines')], 'done'])
    expect(told(bodies)).toEqual(['3.5', 'one\ntwo'])
    expect((bodies[0]!['tools'] as { function: { name: string } }[]).map(tool => tool.function.name)).toContain('sum')
    expect(row!['t']).toBe('done')
    expect((row!['t__trace'] as { role: string }[]).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant'])
  })

  it('shows the model the picture that a tool gives', async () => {
    const { bodies } = await preview([[call('photo')], 'done'])
    expect(told(bodies)).toEqual([[{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]])
  })

  it('offers only allowed tools, and runs no other', async () => {
    const { bodies, row } = await preview([[call('lines')], 'well'], { tools: { allow_tools: ['sum'] } })
    expect((bodies[0]!['tools'] as { function: { name: string } }[]).map(tool => tool.function.name)).toEqual(['sum'])
    expect(told(bodies)[0]).toContain("There is no tool 'lines'; there are: sum")
    expect(row!['t']).toBe('well')
  })

  it.each([
    ['a tool that is not there', [call('summ')], "Did you mean 'sum'?"],
    ['arguments that are no JSON', [{ ...call('sum'), function: { name: 'sum', arguments: '{"numbers":' } }], 'expected JSON'],
    ['a tool that says no', [call('refuse')], 'it is closed'],
  ])('tells the model of %s; under compat what was not run fails the row', async (_, calls, word) => {
    const { bodies, row } = await preview([calls, 'well'])
    expect(told(bodies)[0]).toContain(word)
    expect(row!['t']).toBe('well')
    const strict = await preview([calls, 'well'], { designer: { compat: 'data_designer' } })
    expect(strict.failures).toHaveLength(word === 'it is closed' ? 0 : 1)
  })

  it('ends a call after its timeout', async () => {
    const { bodies } = await preview([[call('wait')], 'well'], { tools: { timeout_sec: 0.2 } })
    expect(told(bodies)[0]).toMatch(/timed out/i)
  })

  it('refuses calls after the limit of turns, and gives up a model that goes on', async () => {
    const { bodies, row } = await preview([[call('lines')], [call('lines')], 'enough'], { tools: { max_tool_call_turns: 1 } })
    expect(told(bodies)).toEqual(['one\ntwo', expect.stringContaining('Tool call refused')])
    expect(row!['t']).toBe('enough')
    const { failures } = await preview([[call('lines')]], { tools: { max_tool_call_turns: 1 } })
    expect(failures).toHaveLength(1)
  })

  it('starts over behind the calls, which are not made twice', async () => {
    const format = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const { row, bodies } = await preview([[call('sum', { numbers: [2] })], 'no shape', '{"n": 2}'], {
      column: { column_type: 'llm-structured', output_format: format },
    })
    expect(row!['t']).toEqual({ n: 2 })
    expect(bodies.slice(1).every(body => told([body]).length === 1)).toBe(true)
  })

  it('stops its servers, and gives them no more of the environment than they need', async () => {
    const PID_FILE = join(mkdtempSync(join(tmpdir(), 'tracewright-tools-')), 'pid')
    vi.stubEnv('TRACEWRIGHT_SECRET_OF_TEST', 'x')
    const names = ['TRACEWRIGHT_SECRET_OF_TEST', 'PID_FILE', 'PATH']
    const calls = names.map(name => call('variable', { name }, name))
    const { row, bodies } = await preview([calls, 'done'], { servers: [stdio('local', [], { PID_FILE })] })
    vi.unstubAllEnvs()
    expect(row!['t']).toBe('done')
    expect(told(bodies)).toEqual(['not set', PID_FILE, process.env['PATH']])
    expect(() => process.kill(Number(readFileSync(PID_FILE, 'utf8')), 0)).toThrow('ESRCH')
  })

  it('tells of tools of one name in two servers', async () => {
    const making = preview(['x'], { tools: { providers: ['local', 'other'] }, servers: [stdio('local'), stdio('other', ['sum'])] })
    await expect(making).rejects.toThrow("found 'sum' in 'local' and 'other'")
  })

  it('is not begun where a server does not answer, and no server is left behind', async () => {
    const PID_FILE = join(mkdtempSync(join(tmpdir(), 'tracewright-tools-')), 'pid')
    const far = { name: 'far', provider_type: 'streamable_http', endpoint: 'http://127.0.0.1:1/mcp' }
    const servers = [stdio('local', [], { PID_FILE }), far]
    await expect(preview(['x'], { tools: { providers: ['local', 'far'] }, servers })).rejects.toThrow("Cannot reach MCP server 'far'")
    expect(() => process.kill(Number(readFileSync(PID_FILE, 'utf8')), 0)).toThrow('ESRCH')
  })
})

it.each(['streamable_http', 'sse'] as const)('tools are reached over %s', async provider_type => {
  const mcp = () => {
    const server = new McpServer({ name: 'far', version: '1' })
    server.registerTool('shout', { inputSchema: { words: z.string() } }, ({ words }) => ({
      content: [{ type: 'text' as const, text: words.toUpperCase() }],
    }))
    return server
  }
  const keys: unknown[] = []
  let sse: SSEServerTransport | null = null
  const server = createServer(async (request, response) => {
    keys.push(request.headers.authorization)
    if (provider_type === 'sse') {
      if (request.method === 'POST') return sse!.handlePostMessage(request, response)
      sse = new SSEServerTransport('/messages', response)
      return mcp().connect(sse)
    }
    const transport = new StreamableHTTPServerTransport({})
    await mcp().connect(transport as never)
    return transport.handleRequest(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
    const { bodies, row } = await preview([[call('shout', { words: 'hey' })], 'done'], {
      servers: [{ name: 'local', endpoint, provider_type, api_key: 'key-of-test' }],
    })
    expect(told(bodies)).toEqual(['HEY'])
    expect(row!['t']).toBe('done')
    expect(new Set(keys)).toEqual(new Set(['Bearer key-of-test']))
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

it.each([
  [{ providers: [] }, 'providers: found none'],
  [{ max_tool_call_turns: 0 }, 'max_tool_call_turns: found 0'],
  [{ timeout_sec: -1 }, 'timeout_sec: found -1'],
  [{ alow_tools: ['sum'] }, "Did you mean 'allow_tools'?"],
  [{ providers: ['locl'] }, "Did you mean 'local'?"],
])('a config with tools %j is refused', async (tools, word) => {
  const error = await preview(['x'], { tools }).catch(thrown => thrown)
  expect(error.sentence).toContain(word)
})
