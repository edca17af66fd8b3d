import { Command } from 'commander'
import type { Fields } from '../../fields.ts'
import { packageVersion } from '../../package-version.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags, withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { sayJson } from '../terminal/say.ts'
import { namedModels } from './named-models.ts'

/** `tracewright agent`: what a coding agent has to know to write a config, as JSON. */
export function agent(tree: () => Command): Command {
  return withToolOption(withProviderOptions(new Command('agent')))
    .summary('all that configs and commands can say, as JSON for coding agents')
    .description(
      'Print one JSON object: every type of column, sampler, validator, seed and processor with its keys and an example, the formats of logs and of files, the models and tools\nthat can be named and whether the keys of their providers are set, and every command with its options. Keys are not printed.',
    )
    .action(async (flags: ProviderFlags & ToolFlags) => {
      const settings = await settingsFrom(flags)
      const more = settings.extensions
      const [
        columns,
        samplers,
        validators,
        seeds,
        processors,
        { MODEL_FIELDS },
        { COMMON_FIELDS },
        { TOOL_FIELDS },
        config,
        { formatByName },
        { knownCodecs },
      ] = await Promise.all([
        import('../../column/columns.ts'),
        import('../../sampler/samplers.ts'),
        import('../../validator/validators.ts'),
        import('../../seed/seeds.ts'),
        import('../../pipeline/processors/processors.ts'),
        import('../../model/model-config.ts'),
        import('../../column/common-settings.ts'),
        import('../../model/tools/tool-config.ts'),
        import('../../pipeline/config/config-fields.ts'),
        import('../../rollout/known-formats.ts'),
        import('../../codec/codec-for.ts'),
      ])
      sayJson({
        tracewright: packageVersion(),
        config: keysOf(config.CONFIG_FIELDS),
        seed_config: keysOf(config.SEED_FIELDS),
        model_configs: { keys: keysOf(MODEL_FIELDS), named: await namedModels(settings) },
        tool_configs: { keys: keysOf(TOOL_FIELDS), named: (settings.defaults.toolConfigs ?? []).map(tools => tools.toJSON()) },
        mcp_providers: settings.mcpProviders.map(({ name, providerType }) => ({ name, provider_type: providerType })),
        columns: { keys: keysOf(COMMON_FIELDS), types: typesOf(columns, more.columns) },
        samplers: typesOf(samplers),
        validators: typesOf(validators, more.validators),
        seeds: typesOf(seeds, more.seeds),
        processors: typesOf(processors, more.processors),
        formats: formatByName
          .values()
          .map(({ name, title, patterns }) => ({ name, title, files: [...patterns] }))
          .toArray(),
        codecs: knownCodecs().map(({ name, description, extensions }) => ({ name, description, endings: [...extensions] })),
        commands: commandsOf(tree()),
      })
    })
}

type Type = { name: string; description: string; fields: Fields; example: { name?: string; needs: object; more?: object } | null }

function typesOf(types: { readonly [name: string]: Type }, more: readonly Type[] = []) {
  return [...Object.values(types), ...more].map(({ name, description, fields, example }) => ({
    name,
    description,
    keys: keysOf(fields),
    example: example === null ? null : { ...(example.name === undefined ? {} : { name: example.name }), ...example.needs, ...example.more },
  }))
}

function keysOf(fields: Fields) {
  return Object.fromEntries(
    Object.entries(fields).map(([key, [holds, fallback, about]]) => [
      key,
      { holds, ...(fallback === '' ? { required: true } : { default: fallback }), about },
    ]),
  )
}

function commandsOf(tree: Command) {
  return tree.commands.map(command => ({
    name: command.name(),
    about: command.summary(),
    arguments: command.registeredArguments.map(argument => ({
      name: argument.name(),
      required: argument.required,
      about: argument.description,
    })),
    options: command.options.map(option => ({ flags: option.flags, about: option.description })),
  }))
}
