import {
  choiceAt,
  type Fields,
  objectAt,
  refuse,
  refuseUnknownKeys,
  refuseUnknownOptions,
  requiredStringAt,
  stringAt,
  textsAt,
} from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'

/** Keys of an MCP server that is reached by HTTP. */
export const MCP_FIELDS: Fields = {
  provider_type: ['`sse` or `streamable_http`', '`sse`', 'how it speaks'],
  name: ['text', '', 'what tool configs call it'],
  endpoint: ['text', '', 'its URL'],
  api_key: ['text', 'null', 'name of an environment variable, or the key itself; sent as a bearer token'],
}

/** Keys of one that is started here. */
export const STDIO_MCP_FIELDS: Fields = {
  provider_type: ['`stdio`', '`stdio`', 'it is spoken to over its standard input and output'],
  name: ['text', '', 'what tool configs call it'],
  command: ['text', '', 'program that is started'],
  args: ['list of texts', 'none', 'its arguments'],
  env: ['object', 'none', 'variables it gets besides the few every program needs'],
}

/** An MCP server that is reached by HTTP. */
export class MCPProvider {
  /** Name that tool configs use. */
  readonly name: string
  /** How it speaks over HTTP. */
  readonly providerType: 'sse' | 'streamable_http'
  /** Its URL. */
  readonly endpoint: string
  /** Name of an environment variable, or the key itself; sent as a bearer token. */
  readonly apiKey: string | null

  constructor(options: Pick<MCPProvider, 'name' | 'endpoint'> & Partial<Pick<MCPProvider, 'providerType' | 'apiKey'>>) {
    refuseUnknownOptions(options, MCP_FIELDS, 'MCPProvider')
    this.name = options.name
    this.providerType = options.providerType ?? 'sse'
    this.endpoint = options.endpoint
    this.apiKey = options.apiKey ?? null
    if (!URL.canParse(options.endpoint)) refuse(`endpoint: found '${options.endpoint}', expected a URL`, `MCP server '${this.name}'`)
  }
}

/** An MCP server that is started here and spoken to over its standard input and output. */
export class LocalStdioMCPProvider {
  /** Name that tool configs use. */
  readonly name: string
  /** It is spoken to over its standard input and output. */
  readonly providerType = 'stdio'
  /** Program that is started. */
  readonly command: string
  /** Its arguments. */
  readonly args: readonly string[]
  /** Variables it gets besides the few every program needs. */
  readonly env: { readonly [name: string]: string }

  constructor(options: Pick<LocalStdioMCPProvider, 'name' | 'command'> & Partial<Pick<LocalStdioMCPProvider, 'args' | 'env'>>) {
    refuseUnknownOptions(options, ['name', 'command', 'args', 'env'], 'LocalStdioMCPProvider')
    this.name = options.name
    this.command = options.command
    this.args = [...(options.args ?? [])]
    this.env = { ...options.env }
  }
}

/** A server of tools, however it is reached. */
export type ToolServer = MCPProvider | LocalStdioMCPProvider

/** A server that is one already, or that Data Designer's schema says. */
export function toolServerFrom(given: ToolServer | JsonObject): ToolServer {
  return given instanceof MCPProvider || given instanceof LocalStdioMCPProvider ? given : toolServerFromJSON(given)
}

/** Read a server in Data Designer's schema; one with a command is started here. */
export function toolServerFromJSON(json: JsonObject): ToolServer {
  const name = requiredStringAt(json, 'name', 'an MCP server')
  const where = `MCP server '${name}'`
  const type =
    choiceAt(json, 'provider_type', where, ['stdio', 'sse', 'streamable_http']) ??
    ('command' in json || !('endpoint' in json) ? 'stdio' : 'sse')
  if (type === 'stdio') {
    refuseUnknownKeys(json, STDIO_MCP_FIELDS, where)
    const env = Object.fromEntries(Object.entries(objectAt(json, 'env', where) ?? {}).map(([key, value]) => [key, String(value)]))
    return new LocalStdioMCPProvider({
      name,
      command: requiredStringAt(json, 'command', where),
      args: textsAt(json, 'args', where) ?? [],
      env,
    })
  }
  refuseUnknownKeys(json, MCP_FIELDS, where)
  return new MCPProvider({
    name,
    providerType: type,
    endpoint: requiredStringAt(json, 'endpoint', where),
    apiKey: stringAt(json, 'api_key', where),
  })
}
