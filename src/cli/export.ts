import { Command, InvalidArgumentError, Option } from 'commander'
import { wholeNumberFromOne } from './amounts.ts'
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
    .option('--max-tokens <n>', 'budget of a row; longer ones are cut into windows', wholeNumberFromOne)
    .option('--where <sql>', 'only rows that meet a condition, e.g. "source_kind = \'codex\' AND tests_passed"')
    .option('--mask <names>', "masks, columns, outcomes, separated by commas, e.g. errors,'quality.score>=4'; default: flags,replay", names)
    .addOption(new Option('--reasoning <policy>', 'what becomes of reasoning').choices(['keep', 'last', 'drop', 'inline']).default('keep'))
    .addOption(new Option('--tools <which>', 'schemas of tools').choices(['recorded', 'inferred', 'none']).default('inferred'))
    .option(
      '--filter <names>',
      'rows to keep, separated by commas: ends-on-answer, tests-passed, merged, survival:0.8, recovered, no-loop, error-rate:0.2, answers:2-, length:500-, columns and outcomes such as exit_code=0',
      names,
    )
    .option(
      '--dedupe [share]',
      'leave out near-duplicates that share so much of what the model said; default 0.3 of its runs of three words',
      share,
    )
    .option(
      '--decontaminate <files>',
      'evaluations, separated by commas: rows that hold 13 words in a row of one, or its repository@commit, are left out',
      names,
    )
    .option('--git <dir>', 'repository of the sessions, read only: whether their commits were merged, taken back, and still stand')
    .option(
      '--reward <names>',
      'what rewards tasks and labels answers for KTO, the first that is known: reward, tests_passed, exit_code, merged, survival, columns; default: reward',
      names,
    )
    .option('--per-task <n>', 'most rows of one first request', wholeNumberFromOne)
    .option('--per-project <n>', 'most rows of one project', wholeNumberFromOne)
    .option('--exactly <n>', 'write so many rows, chosen by a stable hash', wholeNumberFromOne)
    .option('--split <how>', 'lineage:90/5/5, project:90/10, time:2026-03-01; relatives and near-duplicates stay together')
    .option('--split-like <dir>', 'an earlier export: its rows stay in the split they were in')
    .option('--redact <policy>', 'default, a file with rules of your own, or off; default: off, with --push default')
    .option('--license <id>', 'licence that the card names, e.g. apache-2.0')
    .option('--push <user/name>', 'publish as a dataset of the Hugging Face hub in one commit (HF_TOKEN); a new one is private')
    .option('--public', 'make a new dataset public')
    .option('--dry-run', 'tell what --push would write, and write nothing there')
    .addOption(new Option('--codec <codec>', 'of the files; default: the dialect’s').choices(['jsonl', 'parquet']))
    .option('--shard-bytes <n>', 'size at which the next file begins; default 256 MB', wholeNumberFromOne)
    .option('--check', 'render every row with the chat template of --model and tell what it loses')
    .option('--check-models <models>', 'render every row for these models, too, separated by commas, and tell what each loses', names)
    .option('--force', 'put it in the place of the export that is there, or between other things')
    .option('--json', 'print the report as JSON')
    .option('-q, --quiet', 'no progress and no summary')
    .action(async (path: string, flags: ExportFlags) => {
      const { runExport } = await import('./export-rows.ts')
      process.exitCode = (await runExport(path, flags)) ? EXIT.done : EXIT.failed
    })
}

function names(text: string): string[] {
  return text.split(',').map(name => name.trim())
}

function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a number above 0, 1 at most.')
  return value
}
