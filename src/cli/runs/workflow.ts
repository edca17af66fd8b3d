import { Command, Option } from 'commander'
import { amount, wholeNumber } from '../options/amounts.ts'
import { withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { withRunConfigOption } from '../options/run-config-flag.ts'
import type { WorkflowFlags } from './workflow-flags.ts'

/** `tracewright workflow`: configs that are run one after the other. */
export function workflow(): Command {
  return withRunConfigOption(withToolOption(withProviderOptions(new Command('workflow'))))
    .summary('run configs one after the other, each over what the one before made')
    .description(
      'Run the stages of a workflow: a YAML or JSON file with a name and stages, each with a config (docs/pipelines.md).\n' +
        'Each stage is the folder of a run. One that was stopped goes on with --resume; what is done is kept, and what changed is made anew.',
    )
    .argument('<file>', 'YAML or JSON with name and stages')
    .option('-o, --output <dir>', 'folder of the workflow (default: artifacts/<name>)')
    .addOption(
      new Option('--resume [how]', 'go on with it: what cannot be kept is made anew, or, with always, refused').choices(['always']),
    )
    .option('--target <stage...>', 'go no further than these stages')
    .option('--rerun-from <stage>', 'with --resume: make this stage again, with other replies, and those behind it')
    .option('--prices <file>', 'JSON: {"model": {"input": USD, "output": USD}} per million tokens')
    .option('--max-cost <usd>', 'stop when all stages together have spent this much; needs --prices', amount)
    .option('--seed <n>', 'of all random choices; the same seed gives the same rows', wholeNumber)
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'one JSON object per event on stdout')
    .action(async (file: string, flags: WorkflowFlags, command: Command) => {
      const { runWorkflow } = await import('./run-workflow.ts')
      process.exitCode = await runWorkflow(file, flags, command)
    })
}
