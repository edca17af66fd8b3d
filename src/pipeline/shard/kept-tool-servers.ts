import { existsSync, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { TracewrightError } from '../../errors.ts'
import { LocalStdioMCPProvider, MCPProvider, type ToolServer } from '../../model/tools/mcp-provider.ts'
import { isVariable, withoutPassword } from '../creation/run-providers.ts'

/** A server of tools as a plan holds it: what every machine needs to reach or start it, and no secret. */
export type KeptToolServer = KeptHttpServer | KeptLocalServer

/** One that is reached by HTTP. */
export type KeptHttpServer = {
  /** What tool configs call it. */
  name: string
  /** How it speaks. */
  provider_type: 'sse' | 'streamable_http'
  /** Its URL. */
  endpoint: string
  /** Name of the variable that holds its key. */
  api_key: string | null
  /** Nothing secret was left out. */
  is_whole: boolean
}

/** One that each machine starts. */
export type KeptLocalServer = {
  /** What tool configs call it. */
  name: string
  /** It is spoken to over its standard input and output. */
  provider_type: 'stdio'
  /** Program that is started. */
  command: string
  /** Its arguments; none where one of them looked like a secret. */
  args: string[]
  /** Variables it gets, whose values each machine has of its own. */
  needs: string[]
  /** Nothing secret was left out of its arguments. */
  is_whole: boolean
}

/** Servers of tools as a plan holds them. Throws for a path that would lead elsewhere on another machine. */
export function keptToolServers(servers: readonly ToolServer[], folder = process.cwd()): KeptToolServer[] {
  return servers.map(server => {
    if (server.providerType !== 'stdio') {
      const { name, providerType: provider_type, apiKey } = server
      const endpoint = withoutPassword(server.endpoint)
      const isKept = apiKey === null || apiKey === '' || isVariable(apiKey)
      return {
        name,
        provider_type,
        endpoint,
        api_key: isVariable(apiKey) ? apiKey : null,
        is_whole: isKept && endpoint === server.endpoint,
      }
    }
    const { name, command, args, env } = server
    const isSecret = holdsSecret(args)
    return {
      name,
      provider_type: 'stdio',
      command: /[/\\]/.test(command) ? absolute(command, folder, name) : command,
      args: isSecret ? [] : args.map(arg => absoluteArgument(arg, folder, name)),
      needs: Object.keys(env),
      is_whole: !isSecret,
    }
  })
}

/** The servers of a shard: those that are named now, then those of the plan. Throws where the plan could not hold all of one. */
export function toolServersGoingOn(
  named: readonly ToolServer[],
  kept: readonly KeptToolServer[],
  env: NodeJS.ProcessEnv = process.env,
): ToolServer[] {
  const others = kept.filter(({ name }) => !named.some(server => server.name === name))
  return [...named, ...others.map(server => restored(server, env))]
}

function restored(server: KeptToolServer, env: NodeJS.ProcessEnv): ToolServer {
  const { name } = server
  if (!server.is_whole) throw notKept(name, 'a key, or arguments that hold one, which plans do not keep')
  if (server.provider_type !== 'stdio')
    return new MCPProvider({ name, providerType: server.provider_type, endpoint: server.endpoint, apiKey: server.api_key })
  const missing = server.needs.find(variable => env[variable] === undefined)
  if (missing !== undefined)
    throw notKept(name, `'${missing}' in its environment, whose value plans do not keep`, `Set ${missing} on this machine, or name`)
  const values = Object.fromEntries(server.needs.map(variable => [variable, env[variable]!]))
  return new LocalStdioMCPProvider({ name, command: server.command, args: server.args, env: values })
}

function notKept(name: string, what: string, todo = 'Name'): TracewrightError {
  return new TracewrightError('usage', `Cannot start MCP server '${name}': it has ${what}`, {
    hint: `${todo} the server again as when the shards were planned: --mcp-providers FILE`,
  })
}

/** What is a path by how it is written has to be there; a bare word is one where a file of that name is there. */
function absoluteArgument(arg: string, folder: string, server: string): string {
  const [, option = '', value = arg] = /^(--?[\w-]+=)(.*)$/s.exec(arg) ?? []
  const isPath = /^\.{1,2}(?:[/\\]|$)/.test(value)
  if (isPath) return option + absolute(value, folder, server)
  if (value === '' || isAbsolute(value) || value.startsWith('-')) return arg
  const path = resolve(folder, value)
  const isThere = /[/\\]/.test(value) ? existsSync(path) : statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return isThere ? option + path : arg
}

function absolute(path: string, folder: string, server: string): string {
  const full = resolve(folder, path)
  if (existsSync(full)) return full
  throw new TracewrightError('config', `Cannot plan with MCP server '${server}': '${path}' is a path, and nothing is at '${full}'`, {
    hint: 'Expected a path that all machines have, from the folder in which shards are planned',
  })
}

/** Whether arguments look as if a key stood in them: rather one too many, since a plan is read by all machines. */
function holdsSecret(args: readonly string[]): boolean {
  return args.some(arg => SECRET_OPTION.test(arg) || SECRET_VALUE.test(arg) || /:\/\/[^/\s@]*:[^/\s@]*@/.test(arg))
}

const SECRET_OPTION = /^--?[\w-]*(?:key|token|secret|passw(?:or)?d|credential|auth|bearer)[\w-]*(?:=|$)/i
const SECRET_VALUE =
  /(?:^|[=:\s])(?:sk|pk|hf|ghp|gho|ghs|github_pat|glpat|xox[abps])[-_][\w-]{8,}|AKIA[A-Z0-9]{12,}|bearer\s+\S+|eyJ[\w-]{10,}\./i
