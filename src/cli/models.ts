import { Command } from 'commander'
import type { ModelConfig } from '../model/model-config.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import { EXIT } from './exit.ts'
import { loadWithFunctions } from './load-functions.ts'
import { type ProviderFlags, providersFrom, withProviderOptions } from './provider-options.ts'
import { say, sayJson, show } from './say.ts'

type Flags = ProviderFlags & { functions?: string; json?: boolean }

/** `tracewright models`: which models a config can ask. */
export function models(): Command {
  return withProviderOptions(new Command('models'))
    .summary('models that a config can ask, and whether their keys are there')
    .description(
      'List the models of a config, or, without one, those every config can name by their aliases: where they are served, and whether the\nvariable with their key is set. Nothing is called.',
    )
    .argument('[config]', 'YAML, JSON, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'print JSON instead of a table')
    .action(async (path: string | undefined, flags: Flags) => {
      const { PREDEFINED_MODELS } = await import('../model/predefined-models.ts')
      const providers = await providersFrom(flags)
      const configs = path === undefined ? PREDEFINED_MODELS : (await loadWithFunctions(path, flags, { providers })).askedModels
      const { providerOf } = await import('../model/connect.ts')
      const lines = configs.map(config => lineOf(config, providerOf(config, providers)))
      if (flags.json) for (const line of lines) sayJson(line)
      else {
        const { renderTable } = await import('./table.ts')
        show(renderTable(['Alias', 'Model', 'Provider', 'Endpoint', 'Key'], lines.map(Object.values), process.stdout.isTTY === true))
      }
    })
}

/** `tracewright check-models`: do they answer. */
export function checkModels(): Command {
  return withProviderOptions(new Command('check-models'))
    .summary('ask each model of a config for one word')
    .description('Ask each model of a config for one word, and tell which do not answer and why. Costs a few tokens a model.')
    .argument('<config>', 'YAML, JSON, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'print JSON instead of lines')
    .action(async (path: string, flags: Flags) => {
      const { DataDesigner } = await import('../pipeline/data-designer.ts')
      const modelProviders = await providersFrom(flags)
      const builder = await loadWithFunctions(path, flags, { providers: modelProviders })
      const checked = await new DataDesigner({ modelProviders }).checkModels(builder)
      if (checked.length === 0) say('The config asks no model')
      for (const check of checked)
        if (flags.json) sayJson(check)
        else say(`${check.alias} (${check.model} at ${check.provider}): ${check.error === null ? 'answers' : check.error}`)
      process.exitCode = checked.some(({ error }) => error !== null) ? EXIT.failed : EXIT.done
    })
}

function lineOf({ alias, model }: ModelConfig, { name, endpoint, apiKey }: ModelProvider) {
  const isVariable = apiKey !== null && /^[A-Z][A-Z0-9_]*$/.test(apiKey)
  const key = apiKey === null ? 'none' : !isVariable ? 'given' : `${apiKey} ${process.env[apiKey] ? 'is set' : 'is not set'}`
  return { alias, model, provider: name, endpoint, key }
}
