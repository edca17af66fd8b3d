import { Command, InvalidArgumentError, Option } from 'commander'
import { settingHelp } from '../../training/settings/settings-table.ts'
import { wholeNumberFromOne } from '../options/amounts.ts'
import { withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import type { ExportFlags } from './export-flags.ts'

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
    .option('--view <view>', settingHelp('view'))
    .option(
      '--for <dialect>',
      `${settingHelp('for', { fallback: null })}; of a run also ${DATA_DESIGNER}: its folder as Data Designer leaves one`,
      'hf',
    )
    .option('--model <tokenizer>', settingHelp('model'))
    .option('--chat-template <file>', settingHelp('chatTemplate'))
    .option('--max-tokens <n>', settingHelp('maxTokens'), wholeNumberFromOne)
    .option('--where <sql>', settingHelp('where'))
    .option('--mask <names>', settingHelp('mask'), names)
    .addOption(
      new Option('--reasoning <policy>', settingHelp('reasoning', { fallback: null }))
        .choices(['keep', 'last', 'drop', 'inline'])
        .default('keep'),
    )
    .addOption(
      new Option('--tools <which>', settingHelp('tools', { fallback: null })).choices(['recorded', 'inferred', 'none']).default('inferred'),
    )
    .option('--filter <names>', settingHelp('filter'), names)
    .option('--dedupe [share]', settingHelp('dedupe', { more: '0.3 where no share is given' }), share)
    .option('--dedupe-by <column>', settingHelp('dedupeBy'))
    .option('--decontaminate <files>', settingHelp('decontaminate'), names)
    .option('--git <dir>', settingHelp('git'))
    .option('--reward <names>', settingHelp('reward'), names)
    .option('--per-task <n>', settingHelp('perTask'), wholeNumberFromOne)
    .option('--per-project <n>', settingHelp('perProject'), wholeNumberFromOne)
    .option('--exactly <n>', settingHelp('exactly'), wholeNumberFromOne)
    .option('--split <how>', settingHelp('split'))
    .option('--split-like <dir>', settingHelp('splitLike'))
    .option('--redact <policy>', settingHelp('redact', { fallback: 'off, with --push default' }))
    .option('--license <id>', settingHelp('license'))
    .option('--push <user/name>', 'publish as a dataset of the Hugging Face hub in one commit (HF_TOKEN); a new one is private')
    .option('--public', 'make a new dataset public')
    .option('--dry-run', 'tell what --push would write, and write nothing there')
    .addOption(new Option('--codec <codec>', settingHelp('codec')).choices(['jsonl', 'parquet']))
    .option('--shard-bytes <n>', settingHelp('shardBytes'), wholeNumberFromOne)
    .option('--check', settingHelp('check'))
    .option('--check-models <models>', settingHelp('checkModels'), names)
    .option('--force', 'put it in the place of the export that is there, or between other things')
    .option('--json', 'print the report as JSON')
    .option('-q, --quiet', 'no progress and no summary')
    .action(async (path: string, flags: ExportFlags, command: Command) => {
      if (flags.for === DATA_DESIGNER) {
        const { runFolderExport } = await import('./export-folder.ts')
        return runFolderExport(path, flags, command)
      }
      const { runExport } = await import('./export-rows.ts')
      process.exitCode = (await runExport(path, flags)) ? EXIT.done : EXIT.failed
    })
}

/** Of a run: its folder as Data Designer leaves one. */
const DATA_DESIGNER = 'data-designer'

function names(text: string): string[] {
  return text.split(',').map(name => name.trim())
}

function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a number above 0, 1 at most.')
  return value
}
