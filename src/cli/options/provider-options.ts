import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { COMPATS, type Compat } from '../../compat.ts'
import { TracewrightError } from '../../errors.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { ToolServer } from '../../model/tools/mcp-provider.ts'
import type { ConfigDefaults } from '../../pipeline/config/config-defaults.ts'
import type { Extensions } from '../../pipeline/config/load.ts'
import { HOME_FILES } from '../../pipeline/settings/home-files.ts'
import { managedAssetsPath } from '../../pipeline/settings/managed-assets.ts'
import type { ExtensionFlags } from './extension-options.ts'

/** Options of every command that asks models, as commander hands them over. */
export type ProviderFlags = {
  provider?: string[]
  providers?: string
  models?: string
  dataDesigner?: string
  compat?: Compat
} & ExtensionFlags

/** Add the options that say where models are served, and which there are. */
export function withProviderOptions(command: Command): Command {
  return command
    .option(
      '--provider <name=url>',
      'where a provider is served, chat completions spoken there; may be repeated',
      (value, before: string[]) => [...before, value],
      [],
    )
    .option('--providers <file>', 'YAML or JSON with providers, as Data Designer’s model_providers.yaml')
    .option('--models <file>', 'YAML or JSON with models that columns may name, as Data Designer’s model_configs.yaml')
    .option(
      '--data-designer <dir>',
      'take models, tools and their servers, and datasets of persons, of Data Designer’s home folder, such as ~/.data-designer (default: $DATA_DESIGNER_HOME, where it is set)',
    )
    .addOption(
      new Option('--compat <system>', 'follow another system to the letter: its prompts, templates and reading of seeds').choices(COMPATS),
    )
}

/** Option of the commands that run a config whose columns may call tools. */
export type ToolFlags = { mcpProviders?: string; toolConfigs?: string }

/** Add the options that say which MCP servers tools are of, and which tools columns may name. */
export function withToolOption(command: Command): Command {
  return command
    .option(
      '--mcp-providers <file>',
      'YAML or JSON with MCP servers, as Data Designer’s mcp_providers.yaml; those that have a command are started',
    )
    .option('--tool-configs <file>', 'YAML or JSON with tools that columns may name, as Data Designer’s tool_configs.yaml')
}

/** What the flags name beside a config: where models are served, servers of tools, and what columns may name without its defining it. */
export type Settings = {
  modelProviders: ModelProvider[]
  mcpProviders: ToolServer[]
  /** Folder with datasets of persons; null where none is named. */
  managedAssetsPath: string | null
  defaults: ConfigDefaults & { modelConfigs: NonNullable<ConfigDefaults['modelConfigs']> }
  extensions: Extensions
}

/** The settings of the flags, what is said outright before what a home folder holds. Throws with every mistake of every file. */
export async function settingsFrom(flags: ProviderFlags & ToolFlags): Promise<Settings> {
  const settings = await settingsOfFiles(flags)
  if ((flags.extensions ?? []).length === 0) return { ...settings, extensions: {} }
  const { extensionsOf, speaking } = await import('./load-extensions.ts')
  const { providers = [], ...extensions } = await extensionsOf(flags.extensions!)
  return { ...settings, modelProviders: speaking(settings.modelProviders, providers), extensions }
}

async function settingsOfFiles(flags: ProviderFlags & ToolFlags): Promise<Omit<Settings, 'extensions'>> {
  const home = flags.dataDesigner ?? homeOfEnvironment()
  const named = await namedProviders(flags.provider ?? [])
  const assets = managedAssetsPath(home ?? undefined)
  const { models, providers, mcpProviders, toolConfigs } = flags
  if ((home ?? models ?? providers ?? mcpProviders ?? toolConfigs ?? null) === null)
    return { modelProviders: named, mcpProviders: [], managedAssetsPath: assets, defaults: { modelConfigs: [] } }
  const files = await import('../../pipeline/settings/settings-file.ts')
  const { readDataDesignerHome } = await import('../../pipeline/settings/data-designer-home.ts')
  const mistakes: TracewrightError[] = []
  const read = <T>(path: string | undefined, kind: Parameters<typeof files.readSettingsFile<T>>[1]): T[] =>
    path === undefined ? [] : files.readSettingsFile(path, kind, mistake => void mistakes.push(mistake))
  const said = {
    providers: [...named, ...read(providers, files.MODEL_PROVIDERS)],
    models: read(models, files.MODEL_CONFIGS),
    servers: read(mcpProviders, files.MCP_PROVIDERS),
    tools: read(toolConfigs, files.TOOL_CONFIGS),
  }
  const kept =
    home === null ? null : readDataDesignerHome(home, { providers: said.providers, onMistake: mistake => void mistakes.push(mistake) })
  files.throwMistakes(mistakes)
  return {
    modelProviders: [...said.providers, ...(kept?.modelProviders ?? [])],
    mcpProviders: [...said.servers, ...(kept?.mcpProviders ?? [])],
    managedAssetsPath: assets,
    defaults: {
      modelConfigs: [...said.models, ...(kept?.modelConfigs ?? [])],
      toolConfigs: [...said.tools, ...(kept?.toolConfigs ?? [])],
    },
  }
}

/** The folder that the environment names, where Data Designer has kept something in it. */
function homeOfEnvironment(): string | null {
  const folder = process.env['DATA_DESIGNER_HOME'] ?? ''
  return folder !== '' && HOME_FILES.some(name => existsSync(join(folder, name))) ? folder : null
}

async function namedProviders(pairs: readonly string[]): Promise<ModelProvider[]> {
  const { ModelProvider } = await import('../../model/model-provider.ts')
  return pairs.map(pair => {
    const at = pair.indexOf('=')
    if (at < 1 || !URL.canParse(pair.slice(at + 1)))
      throw new TracewrightError('usage', `Cannot use --provider '${pair}': expected name=url, such as lab=http://127.0.0.1:8000/v1`)
    return new ModelProvider({ name: pair.slice(0, at), endpoint: pair.slice(at + 1) })
  })
}
