import { Command, InvalidArgumentError, Option } from 'commander'
import { EXIT } from './exit.ts'
import type { ExportFlags } from './export-flags.ts'
import { withSearch, withSelectors } from './select-options.ts'

/** `tracewright export`: rows to training data. */
export function exportCommand(): Command {
  return withSearch(withSelectors(new Command('export'), '--session-model'))
    .summary('rows to training data')
    .description(
      'Turn rows into training data as a trainer wants it: rows → view → mask → window → dialect → files.\n' +
        'PATH is a store, a file of rows, or the folder of a run. Views, masks and dialects: docs/training-data.md.\n' +
        'Every token the model wrote ends as trained, masked or dropped with a reason; the balance is printed.',
    )
    .argument('<path>', 'store, file or run')
    .requiredOption('-o, --output <dir>', 'folder to write, empty or not there yet')
    .option('--view <view>', 'session, turn, action, tool-interaction, preference, task, trajectory; default: what the dialect takes first')
    .option(
      '--for <dialect>',
      'trainer: hf, openai, trl, axolotl, llama-factory, ms-swift, sharegpt, verl, together, atif, pretokenized, …',
      'hf',
    )
    .option('--model <tokenizer>', 'whose tokens count: tokenizer.json, folder, npm package, OWNER/MODEL of the hub, o200k')
    .option('--chat-template <file>', 'chat template instead of the model’s own; chatml for one that comes along')
    .option('--max-tokens <n>', 'budget of a row; longer ones are cut into windows', wholeNumber)
    .option('--where <sql>', 'only rows that meet a condition, e.g. "source_kind = \'codex\'"')
    .option('--mask <names>', 'masks or columns, separated by commas; default: flags,replay', text =>
      text.split(',').map(name => name.trim()),
    )
    .addOption(new Option('--reasoning <policy>', 'what becomes of reasoning').choices(['keep', 'last', 'drop', 'inline']).default('keep'))
    .addOption(new Option('--tools <which>', 'schemas of tools').choices(['recorded', 'inferred', 'none']).default('inferred'))
    .option('--split <how>', 'e.g. lineage:90/5/5: train, validation, test by a stable hash of the lineage')
    .addOption(new Option('--codec <codec>', 'of the files; default: the dialect’s').choices(['jsonl', 'parquet']))
    .option('--check', 'render every row with the chat template of --model and tell what it loses')
    .option('--force', 'put it in the place of the export that is there, or between other things')
    .option('--json', 'print the report as JSON')
    .option('-q, --quiet', 'no progress and no summary')
    .action(async (path: string, flags: ExportFlags) => {
      const { runExport } = await import('./export-rows.ts')
      process.exitCode = (await runExport(path, flags)) ? EXIT.done : EXIT.failed
    })
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
  return value
}
