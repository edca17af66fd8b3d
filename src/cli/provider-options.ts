import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { COMPATS, type Compat } from '../compat.ts'
import { refuseUnending } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import { systemReason } from '../system-error.ts'

/** Options of every command that asks models, as commander hands them over. */
export type ProviderFlags = { provider?: string[]; providers?: string; compat?: Compat }

/** Add the options that say where models are served. */
export function withProviderOptions(command: Command): Command {
  return command
    .option(
      '--provider <name=url>',
      'where a provider is served, chat completions spoken there; may be repeated',
      (value, before: string[]) => [...before, value],
      [],
    )
    .option('--providers <file>', 'YAML or JSON with providers, as Data Designer’s model_providers.yaml')
    .addOption(
      new Option('--compat <system>', 'follow another system to the letter: its prompts, templates and reading of seeds').choices(COMPATS),
    )
}

/** Option of the commands that run a config whose columns may call tools. */
export type ToolFlags = { mcpProviders?: string }

/** Add the option that says which MCP servers tools are of. */
export function withToolOption(command: Command): Command {
  return command.option(
    '--mcp-providers <file>',
    'YAML or JSON with MCP servers, as Data Designer’s mcp_providers.yaml; those that have a command are started',
  )
}

/** The MCP servers of the flags; a config alone never names what is started. */
export async function mcpProvidersFrom({ mcpProviders }: ToolFlags): Promise<JsonObject[]> {
  return mcpProviders === undefined ? [] : providersOfFile(mcpProviders, 'MCP providers')
}

/** The providers of the flags, before the ones that are known anyway. */
export async function providersFrom(flags: ProviderFlags): Promise<ModelProvider[]> {
  const { ModelProvider } = await import('../model/model-provider.ts')
  const named = (flags.provider ?? []).map(pair => {
    const at = pair.indexOf('=')
    if (at < 1 || !URL.canParse(pair.slice(at + 1)))
      throw new TracewrightError('usage', `Cannot use --provider '${pair}': expected name=url, such as lab=http://127.0.0.1:8000/v1`)
    return new ModelProvider({ name: pair.slice(0, at), endpoint: pair.slice(at + 1) })
  })
  if (flags.providers === undefined) return named
  return [...named, ...(await providersOfFile(flags.providers, 'providers')).map(json => ModelProvider.fromJSON(json))]
}

/** The objects of a file that lists them, alone or as its `providers`; `what` says what is read. */
async function providersOfFile(path: string, what: string): Promise<JsonObject[]> {
  const { readYaml } = await import('../pipeline/yaml/yaml-read.ts')
  refuseUnending(path, `read ${what}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const hint = `Name a YAML or JSON file with 'providers:' and a list`
    throw new TracewrightError('file', `Cannot read ${what} '${path}': ${systemReason(error)}`, { hint, cause: error })
  }
  const value = readYaml(text, path, what)
  const list = Array.isArray(value) ? value : isObject(value) ? value['providers'] : null
  if (!Array.isArray(list))
    throw new TracewrightError('config', `Cannot read ${what}: found no list, expected 'providers:' and a list`, { where: path })
  return list.filter(isObject)
}
