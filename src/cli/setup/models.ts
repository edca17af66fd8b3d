import { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, withProviderOptions } from '../options/provider-options.ts'
import { EXIT } from '../terminal/exit.ts'
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
        const { renderTable } = await import('../terminal/table.ts')
        show(
          renderTable(['Alias', 'Model', 'Provider', 'Endpoint', 'Key', 'From'], lines.map(Object.values), process.stdout.isTTY === true),
        )
      }
    })
}

type Flags = ProviderFlags & { functions?: string; json?: boolean }

/** `tracewright check-models`: do they answer. */
export function checkModels(): Command {
  return withProviderOptions(new Command('check-models'))
    .summary('ask each model of a config for one word')
    .description(
      'Ask each model of a config for one word, or, without one, those of --models and --data-designer, and tell which do not answer and why.\nCosts a few tokens a model.',
    )
    .argument('[config]', 'YAML, JSON, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'print JSON instead of lines')
    .action(async (path: string | undefined, flags: Flags) => {
      const { DataDesigner } = await import('../../pipeline/data-designer.ts')
      const { modelProviders, defaults, extensions } = await settingsFrom(flags)
      const builder =
        path === undefined
          ? await builderOf(defaults.modelConfigs)
          : await loadWithFunctions(path, flags, { modelProviders, defaults, extensions })
      const checked = await new DataDesigner({ modelProviders }).checkModels(builder)
      if (checked.length === 0) say('The config asks no model')
      for (const check of checked)
        if (flags.json) sayJson(check)
        else say(`${check.alias} (${check.model} at ${check.provider}): ${check.error === null ? 'answers' : check.error}`)
      process.exitCode = checked.some(({ error }) => error !== null) ? EXIT.failed : EXIT.done
    })
}

/** A config of models alone. Throws where there is none: a check of nothing would pass. */
async function builderOf(models: readonly ModelConfig[]) {
  if (models.length === 0)
    throw new TracewrightError('usage', 'Cannot check models: found none, expected a config, --models FILE or --data-designer DIR', {
      hint: 'Those that can be named anyway are listed by: tracewright models',
    })
  const { DataDesignerConfigBuilder } = await import('../../pipeline/config/builder.ts')
  return new DataDesignerConfigBuilder({ modelConfigs: [...models] })
}
