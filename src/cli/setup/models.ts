import { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import {
  type ProviderFlags,
  type Settings,
  settingsFrom,
  type ToolFlags,
  withProviderOptions,
  withToolOption,
} from '../options/provider-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { wantsColor } from '../terminal/print.ts'
import { say, sayJson, show } from '../terminal/say.ts'
import { namedModels } from './named-models.ts'

/** `tracewright models`: which models a config can ask. */
export function models(): Command {
  return withProviderOptions(new Command('models'))
    .summary('models that a config can ask, and whether their keys are there')
    .description(
      'List the models of a config, or, without one, those every config can name by their aliases: those of --models and --data-designer,\nand the predefined ones. It tells where they are served, and whether the variable with their key is set. Nothing is called.',
    )
    .argument('[config]', 'YAML, JSON, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'print JSON instead of a table')
    .action(async (path: string | undefined, flags: Flags) => {
      const settings = await settingsFrom(flags)
      const builder = path === undefined ? null : await loadWithFunctions(path, flags, settings)
      const lines = await namedModels(settings, builder)
      if (flags.json) for (const line of lines) sayJson(line)
      else {
        const { modelTable } = await import('./model-table.ts')
        show(modelTable(lines, process.stdout.isTTY ? process.stdout.columns : Infinity, wantsColor(process.stdout)))
      }
    })
}

type Flags = ProviderFlags & { functions?: string; json?: boolean }

/** `tracewright check-models`: do they answer, and the servers of tools. */
export function checkModels(): Command {
  return withToolOption(withProviderOptions(new Command('check-models')))
    .summary('ask each model of a config for one word, and list its tools')
    .description(
      'Ask each model of a config for one word, or, without one, those of --models and --data-designer, and tell which do not answer and why.\nThe MCP servers of the tools that columns name are started, or asked, and their tools listed. Costs a few tokens a model.',
    )
    .argument('[config]', 'YAML, JSON, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'print JSON instead of lines')
    .action(async (path: string | undefined, flags: Flags & ToolFlags) => {
      const { DataDesigner } = await import('../../pipeline/data-designer.ts')
      const settings = await settingsFrom(flags)
      const { modelProviders, mcpProviders } = settings
      // A server that nobody named is told with the others, not as a mistake of the config.
      const { mcpProviders: _, ...loading } = settings
      const builder = path === undefined ? await builderOf(settings) : await loadWithFunctions(path, flags, loading)
      const designer = new DataDesigner({ modelProviders, mcpProviders, compat: flags.compat ?? null })
      const [checked, tools] = await Promise.all([designer.checkModels(builder), designer.checkTools(builder)])
      if (checked.length === 0 && tools.length === 0) say('The config asks no model')
      for (const check of checked)
        if (flags.json) sayJson(check)
        else say(`${check.alias} (${check.model} at ${check.provider}): ${check.error === null ? 'answers' : check.error}`)
      for (const { toolAlias, providers, tools: names, error } of tools)
        if (flags.json) sayJson({ tool_alias: toolAlias, providers, tools: names, error })
        else say(`${toolAlias} (tools of ${providers.join(', ')}): ${names === null ? error : names.join(', ') || 'none'}`)
      process.exitCode = [...checked, ...tools].some(({ error }) => error !== null) ? EXIT.failed : EXIT.done
    })
}

/** A config of models alone. Throws where there is none: a check of nothing would pass. */
async function builderOf({ defaults: { modelConfigs } }: Settings) {
  if (modelConfigs.length === 0)
    throw new TracewrightError('usage', 'Cannot check models: found none, expected a config, --models FILE or --data-designer DIR', {
      hint: 'Those that can be named anyway are listed by: tracewright models',
    })
  const { DataDesignerConfigBuilder } = await import('../../pipeline/config/builder.ts')
  return new DataDesignerConfigBuilder({ modelConfigs: [...modelConfigs] })
}
