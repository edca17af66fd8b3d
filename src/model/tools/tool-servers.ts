import { messageOf, TracewrightError } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import { isDeeper } from '../../json/shallow.ts'
import { MAX_DEPTH } from '../../json/tolerant.ts'
import { packageVersion } from '../../package-version.ts'
import type { ChatTool } from '../model.ts'
import { ModelProvider } from '../model-provider.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { ToolServer } from './mcp-provider.ts'
import { ToolBox, type ToolConnection } from './tool-box.ts'
import type { ToolConfig } from './tool-config.ts'

/** The servers of a run: each is started when its first tool is asked for, and all are stopped together. */
export class ToolServers {
  private readonly servers: ReadonlyMap<string, ToolServer>
  private readonly boxes: ReadonlyMap<string, ToolBox>
  private readonly clients = new Map<string, Promise<Client>>()

  constructor(servers: readonly ToolServer[], configs: readonly ToolConfig[], strict: boolean) {
    this.servers = new Map(servers.map(server => [server.name, server]))
    this.boxes = new Map(configs.map(config => [config.toolAlias, new ToolBox(config, name => this.connection(name), strict)]))
  }

  /** The tools of an alias. Throws where nobody defined it. */
  box(alias: string): ToolBox {
    const box = this.boxes.get(alias)
    if (box !== undefined) return box
    throw new TracewrightError('config', `Unknown tool alias '${alias}': expected one of ${[...this.boxes.keys()].join(', ') || 'none'}`)
  }

  /** Stop all servers; those that do not end by themselves are killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const clients = await Promise.allSettled(this.clients.values())
    await Promise.allSettled(clients.map(each => (each.status === 'fulfilled' ? each.value.close() : undefined)))
  }

  /** Names of all tools that a server has, which may take so long to start. Throws where there is none of this name. */
  async toolNames(server: string, startMs: number): Promise<string[]> {
    return (await (await this.connection(server, startMs)).tools()).map(({ name }) => name)
  }

  private async connection(name: string, startMs = START_MS): Promise<ToolConnection> {
    const known = this.clients.get(name) ?? this.start(name, startMs)
    this.clients.set(name, known)
    const client = await known
    return {
      async tools() {
        try {
          return await toolsOf(client)
        } catch (error) {
          throw new TracewrightError('model', `Cannot list the tools of MCP server '${name}': ${shortly(error)}`, { cause: error })
        }
      },
      async call(tool, args, { timeoutSec, signal }) {
        const options = { timeout: timeoutSec === null ? CALL_MS : timeoutSec * 1000, ...(signal === undefined ? {} : { signal }) }
        return ((await client.callTool({ name: tool, arguments: args }, undefined, options)).content ?? null) as Json
      },
    }
  }

  private async start(name: string, startMs: number): Promise<Client> {
    const server = this.servers.get(name)
    if (server === undefined)
      throw new TracewrightError(
        'config',
        `Unknown MCP server '${name}': expected one of ${[...this.servers.keys()].join(', ') || 'none'}`,
        { hint: 'Name it: --mcp-providers FILE, or new DataDesigner({ mcpProviders: [ … ] })' },
      )
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
    const client = new Client({ name: 'tracewright', version: packageVersion() })
    try {
      await client.connect((await transportOf(server)) as never, { timeout: startMs })
      return client
    } catch (error) {
      await client.close().catch(() => {})
      throw new TracewrightError('model', `Cannot reach MCP server '${name}': ${messageOf(error)}`, { cause: error })
    }
  }
}

type Client = import('@modelcontextprotocol/sdk/client/index.js').Client

/** Longest that a server may take to start, and to answer where a config sets no limit. */
const START_MS = 60_000
const CALL_MS = 10 * 60_000

/** All that a server offers, of which it may tell a page at a time. */
async function toolsOf(client: Client): Promise<ChatTool[]> {
  const tools: ChatTool[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await client.listTools(cursor === undefined ? undefined : { cursor })
    for (const tool of page.tools) {
      if (isDeeper(tool.inputSchema, MAX_DEPTH))
        throw new TracewrightError('model', `the parameters of '${tool.name}' are deeper than ${MAX_DEPTH} levels`)
      tools.push({ name: tool.name, description: tool.description ?? '', parameters: tool.inputSchema as never })
    }
    cursor = page.nextCursor
    if (cursor !== undefined && (seen.size === seen.add(cursor).size || tools.length > MOST_TOOLS))
      throw new TracewrightError('model', `found no end of them after ${tools.length}, expected at most ${MOST_TOOLS} and each page once`)
  } while (cursor !== undefined)
  return tools
}

/** More than any model can be offered. */
const MOST_TOOLS = 10_000

/** What went wrong in a line: of an answer in another shape, the first place where it differs. */
function shortly(error: unknown): string {
  const issues = (error as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] }).issues
  const [first] = issues ?? []
  return first === undefined ? messageOf(error) : `${first.path.map(String).join('.')}: ${first.message}`
}

async function transportOf(server: ToolServer): Promise<unknown> {
  if (server.providerType === 'stdio') {
    const { getDefaultEnvironment, StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js')
    const env = { ...getDefaultEnvironment(), ...server.env }
    return new StdioClientTransport({ command: server.command, args: [...server.args], env, stderr: 'ignore' })
  }
  const key = new ModelProvider({ name: server.name, endpoint: server.endpoint, apiKey: server.apiKey }).resolveKey(process.env)
  const options = { fetch: boundedFetch(), ...(key === null ? {} : { requestInit: { headers: { authorization: `Bearer ${key}` } } }) }
  if (server.providerType === 'streamable_http') {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
    return new StreamableHTTPClientTransport(new URL(server.endpoint), options)
  }
  const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js')
  return new SSEClientTransport(new URL(server.endpoint), options)
}
