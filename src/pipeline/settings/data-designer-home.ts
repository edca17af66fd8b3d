import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { unknownProvider } from '../../model/connect.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { ToolServer } from '../../model/tools/mcp-provider.ts'
import type { ToolConfig } from '../../model/tools/tool-config.ts'
import { HOME_FILES } from './home-files.ts'
import { managedAssetsPath } from './managed-assets.ts'
import {
  MCP_PROVIDERS,
  MODEL_CONFIGS,
  MODEL_PROVIDERS,
  readSettingsFile,
  type SettingsKind,
  TOOL_CONFIGS,
  throwMistakes,
} from './settings-file.ts'

/** What stands in a Data Designer's home folder. */
export type DataDesignerHome = {
  /** The folder. */
  readonly path: string
  /** The files of it that were there. */
  readonly files: readonly string[]
  /** Where models are served (model_providers.yaml). */
  readonly modelProviders: ModelProvider[]
  /** Models that columns may name (model_configs.yaml). */
  readonly modelConfigs: ModelConfig[]
  /** Servers of tools (mcp_providers.yaml). */
  readonly mcpProviders: ToolServer[]
  /** Tools that columns may name (tool_configs.yaml). */
  readonly toolConfigs: ToolConfig[]
  /** Folder with datasets of persons, whether it is there or not: what $DATA_DESIGNER_MANAGED_ASSETS_PATH says, else `managed-assets`. */
  readonly managedAssetsPath: string
}

/** How a home folder is read. */
export type HomeOptions = {
  /** Providers that models may name besides. Default: none. */
  providers?: readonly ModelProvider[]
  /** Told of each mistake, which then is not thrown. */
  onMistake?: (mistake: TracewrightError) => void
}

/**
 * Read the models, tools and their servers that a person keeps in Data Designer's home folder: `path`, else `$DATA_DESIGNER_HOME`, else
 * `~/.data-designer`. Keys stay the names of environment variables. Throws with every mistake and its place, or tells each
 * to `onMistake`.
 */
export function readDataDesignerHome(path?: string | null, options: HomeOptions = {}): DataDesignerHome {
  refuseUnknownOptions(options, ['providers', 'onMistake'], 'readDataDesignerHome')
  const folder = path || process.env['DATA_DESIGNER_HOME'] || join(homedir(), '.data-designer')
  const files = HOME_FILES.filter(name => existsSync(join(folder, name)))
  const assets = managedAssetsPath(folder) as string
  const mistakes: TracewrightError[] = files.length === 0 && !existsSync(assets) ? [nothingIn(folder)] : []
  const read = <T>(name: (typeof HOME_FILES)[number], kind: SettingsKind<T>): T[] =>
    files.includes(name) ? readSettingsFile(join(folder, name), kind, mistake => void mistakes.push(mistake)) : []
  const modelProviders = read('model_providers.yaml', MODEL_PROVIDERS)
  const isWhole = mistakes.length === 0
  const modelConfigs = read('model_configs.yaml', MODEL_CONFIGS)
  // Where providers could not be read, models that name them are no mistake of their own.
  for (const config of isWhole ? modelConfigs : []) {
    const error = unknownProvider(config, [...(options.providers ?? []), ...modelProviders])
    if (error !== null)
      mistakes.push(
        new TracewrightError('config', `model '${config.alias}': ${error.message}`, {
          where: join(folder, 'model_configs.yaml'),
          ...(error.hint === null ? {} : { hint: error.hint }),
        }),
      )
  }
  const mcpProviders = read('mcp_providers.yaml', MCP_PROVIDERS)
  const toolConfigs = read('tool_configs.yaml', TOOL_CONFIGS)
  if (options.onMistake === undefined) throwMistakes(mistakes)
  else mistakes.forEach(options.onMistake)
  return { path: folder, files, modelProviders, modelConfigs, mcpProviders, toolConfigs, managedAssetsPath: assets }
}

function nothingIn(folder: string): TracewrightError {
  const stats = statSync(folder, { throwIfNoEntry: false })
  const found = stats === undefined ? 'there is no such folder' : stats.isDirectory() ? 'it has none of them' : 'it is no folder'
  return new TracewrightError('usage', `Cannot read Data Designer's settings in '${folder}': ${found}, expected ${HOME_FILES.join(', ')}`, {
    hint: 'Name the folder: --data-designer DIR, or DATA_DESIGNER_HOME=DIR',
  })
}
