import { messageOf, TracewrightError } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import { isDeeper } from '../../json/shallow.ts'
import { MAX_DEPTH } from '../../json/tolerant.ts'
import { milliseconds } from '../../milliseconds.ts'
import { packageVersion } from '../../package-version.ts'
import type { ChatTool } from '../model.ts'
import { ModelProvider } from '../model-provider.ts'
import { BoundedFetch, MOST_BYTES } from './bounded-fetch.ts'
import { inTime, type Patience } from './in-time.ts'
import type { ToolServer } from './mcp-provider.ts'
import { ToolBox, type ToolConnection } from './tool-box.ts'
import type { ToolConfig } from './tool-config.ts'

/** How long the servers of a run are waited for. */
export type ToolServersOptions = {
  /** Ends what is waited for: that a server starts, and that it tells its tools. */
  signal?: AbortSignal
  /** Longest that a server may take to start, and again to tell its tools, in milliseconds. Default: a minute. */
  startMs?: number
}

/**
 * The servers of a run: each is started when its first tool is asked for, and all are stopped together. One that ends in between fails the
 * calls it had, and is started again for the next.
 */
export class ToolServers {
  private readonly servers: ReadonlyMap<string, ToolServer>
  private readonly boxes: ReadonlyMap<string, ToolBox>
  private readonly clients = new Map<string, Promise<Client>>()
  private readonly stop = new AbortController()
  private readonly signal: AbortSignal
  private readonly startMs: number

  constructor(servers: readonly ToolServer[], configs: readonly ToolConfig[], strict: boolean, options: ToolServersOptions = {}) {
    const { signal, startMs = START_MS } = options
    this.servers = new Map(servers.map(server => [server.name, server]))
    this.boxes = new Map(configs.map(config => [config.toolAlias, new ToolBox(config, name => this.connection(name), strict)]))
    this.signal = signal === undefined ? this.stop.signal : AbortSignal.any([this.stop.signal, signal])
    this.startMs = startMs
  }

  /** The tools of an alias. Throws where nobody defined it. */
  box(alias: string): ToolBox {
    const box = this.boxes.get(alias)
    if (box !== undefined) return box
    throw new TracewrightError('config', `Unknown tool alias '${alias}': expected one of ${[...this.boxes.keys()].join(', ') || 'none'}`)
  }

  /** Stop all servers; those that are being started are not waited for, and those that do not end by themselves are killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort(new TracewrightError('cancelled', 'The servers of tools were stopped'))
    const clients = await Promise.allSettled(this.clients.values())
    await Promise.allSettled(clients.map(each => (each.status === 'fulfilled' ? each.value.close() : undefined)))
  }

  /** Names of all tools that a server has. Throws where there is none of this name. */
  async toolNames(server: string): Promise<string[]> {
    return (await (await this.connection(server)).tools()).map(({ name }) => name)
  }

  private async connection(name: string): Promise<ToolConnection> {
    await this.client(name)
    return {
      tools: async () => {
        const client = await this.client(name)
        try {
          return await inTime(this.patience(this.startMs), signal => toolsOf(client, { signal, timeout: this.startMs }))
        } catch (error) {
          if (this.signal.aborted) throw error
          throw new TracewrightError('model', `Cannot list the tools of MCP server '${name}': ${shortly(error)}`, { cause: error })
        }
      },
      call: async (tool, args, { timeoutSec, signal }) => {
        const client = await this.client(name)
        const timeout = timeoutSec === null ? CALL_MS : milliseconds(timeoutSec)
        // The SDK listens to the signal of a call for as long as that lives, and gives all calls up when it fires that ever were.
        const answer = await inTime({ ...this.patience(timeout), signal }, own =>
          client.callTool({ name: tool, arguments: args }, undefined, { timeout, signal: own }),
        )
        return (answer.content ?? null) as Json
      },
    }
  }

  private patience(ms: number): Patience {
    return { milliseconds: ms, signal: this.signal, late: () => new TracewrightError('model', `it timed out after ${ms / 1000} s`) }
  }

  /** The server of a name, which is started where it is not there. One that could not be started is not tried again. */
  private client(name: string): Promise<Client> {
    const known = this.clients.get(name) ?? this.start(name)
    this.clients.set(name, known)
    return known
  }

  private async start(name: string): Promise<Client> {
    const server = this.servers.get(name)
    if (server === undefined)
      throw new TracewrightError(
        'config',
        `Unknown MCP server '${name}': expected one of ${[...this.servers.keys()].join(', ') || 'none'}`,
        { hint: 'Name it: --mcp-providers FILE, or new DataDesigner({ mcpProviders: [ … ] })' },
      )
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
    const client = new Client({ name: 'tracewright', version: packageVersion() }, { jsonSchemaValidator: BELIEVING })
    try {
      const transport = (await transportOf(server, () => void client.close())) as never
      await inTime(this.patience(this.startMs), signal => client.connect(transport, { signal, timeout: this.startMs }))
      client.onclose = () => void this.clients.delete(name)
      return client
    } catch (error) {
      await client.close().catch(() => {})
      if (this.signal.aborted) throw error
      throw new TracewrightError('model', `Cannot reach MCP server '${name}': ${messageOf(error)}`, { cause: error })
    }
  }
}

type Client = import('@modelcontextprotocol/sdk/client/index.js').Client

/** Longest that a server may take to start, and to answer where a config sets no limit. */
const START_MS = 60_000
const CALL_MS = 10 * 60_000

/** What a server says of its own answers' shape is not looked at: only their contents are used, and a pattern of a stranger may take for ever. */
const BELIEVING = {
  getValidator: () => (value: unknown) => ({ valid: true as const, data: value as never, errorMessage: undefined }),
}

/** All that a server offers, of which it may tell a page at a time. */
async function toolsOf(client: Client, options: { signal: AbortSignal; timeout: number }): Promise<ChatTool[]> {
  const tools: ChatTool[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  let characters = 0
  do {
    const page = await client.listTools(cursor === undefined ? undefined : { cursor }, options)
    for (const { name, description = '', inputSchema } of page.tools) {
      if (isDeeper(inputSchema, MAX_DEPTH))
        throw new TracewrightError('model', `the parameters of '${name.slice(0, 100)}' are deeper than ${MAX_DEPTH} levels`)
      characters += name.length + description.length + JSON.stringify(inputSchema).length
      if (characters > MOST_BYTES)
        throw new TracewrightError(
          'model',
          `found more than ${MOST_BYTES} characters after ${tools.length} of them, expected at most so many`,
        )
      tools.push({ name, description, parameters: inputSchema as never })
    }
    cursor = page.nextCursor
    if (cursor !== undefined && (seen.size === seen.add(cursor).size || tools.length > MOST_TOOLS || seen.size > MOST_PAGES))
      throw new TracewrightError('model', `found no end of them after ${tools.length}, expected at most ${MOST_TOOLS} and each page once`)
  } while (cursor !== undefined)
  return tools
}

/** More than any model can be offered. */
const MOST_TOOLS = 10_000
const MOST_PAGES = 1000

/** What went wrong in a line: of an answer in another shape, the first place where it differs. */
function shortly(error: unknown): string {
  const issues = (error as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] }).issues
  const [first] = issues ?? []
  return first === undefined ? messageOf(error) : `${first.path.map(String).join('.')}: ${first.message}`
}

/** How a server is spoken to. `onLost` is told where what was agreed with it holds no longer: it has to be greeted anew. */
async function transportOf(server: ToolServer, onLost: () => void): Promise<unknown> {
  if (server.providerType === 'stdio') {
    const { getDefaultEnvironment, StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js')
    const env = { ...getDefaultEnvironment(), ...server.env }
    return new StdioClientTransport({ command: server.command, args: [...server.args], env, stderr: 'ignore' })
  }
  const key = new ModelProvider({ name: server.name, endpoint: server.endpoint, apiKey: server.apiKey }).resolveKey(process.env)
  const isPushed = server.providerType === 'sse'
  const bounded = new BoundedFetch({ isPushed, onLost })
  const options = {
    fetch: bounded.fetch,
    ...(key === null ? {} : { requestInit: { headers: { authorization: `Bearer ${key}` } } }),
  }
  const transport = isPushed
    ? new (await import('@modelcontextprotocol/sdk/client/sse.js')).SSEClientTransport(new URL(server.endpoint), options)
    : new (await import('@modelcontextprotocol/sdk/client/streamableHttp.js')).StreamableHTTPClientTransport(
        new URL(server.endpoint),
        options,
      )
  transport.onmessage = message => bounded.heard('id' in message ? message.id : undefined)
  return transport
}
