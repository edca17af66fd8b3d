import { Command } from 'commander'
import { designerFrom } from '../options/designer-from.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags, withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { type RunConfigFlag, withRunConfigOption } from '../options/run-config-flag.ts'
import { counted } from '../terminal/print.ts'
import { say, sayAside } from '../terminal/say.ts'

/** `tracewright validate`: is a config right. */
export function validate(): Command {
  return withRunConfigOption(withToolOption(withProviderOptions(new Command('validate'))))
    .summary('check a config, without calling any model')
    .description(
      'Check a config: names, references, templates, models, circles. Every mistake is told at once, with its place. No model is called, and no log is read.',
    )
    .argument('<config>', 'YAML or JSON in Data Designer’s schema, or a TypeScript or JavaScript module')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .action(async (path: string, flags: { functions?: string } & ProviderFlags & ToolFlags & RunConfigFlag) => {
      const { modelProviders, mcpProviders, managedAssetsPath, defaults, extensions } = await settingsFrom(flags)
      const designer = await designerFrom(flags, { modelProviders, mcpProviders, managedAssetsPath })
      const { warnings, columns } = await designer.validate(
        await loadWithFunctions(path, flags, { modelProviders, mcpProviders, defaults, extensions }),
      )
      for (const warning of warnings) sayAside(`warning: ${warning}`)
      say(
        `${path} is valid: ${counted(columns.length, 'column')}${columns.length === 0 ? '' : `, computed in the order ${columns.join(', ')}`}`,
      )
    })
}
