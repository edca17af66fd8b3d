import { Command } from 'commander'
import { shellWord } from '../../shell-word.ts'
import { amount, numberOrAll, wholeNumber } from '../options/amounts.ts'
import { withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { count, counted } from '../terminal/print.ts'
import { say, sayJson } from '../terminal/say.ts'
import { commandWords } from './command-line.ts'
import type { PlanFlags } from './planned.ts'

/** `tracewright plan`: freeze a run, so that many machines can make shards of it. */
export function plan(): Command {
  return withToolOption(withProviderOptions(new Command('plan')))
    .summary('freeze a run, for many machines to make shards of it')
    .description(
      'Freeze a run in a home that many machines reach: config, seed, files of the seed, shards, budget (docs/beyond-one-machine.md).\n' +
        'Then: create -o HOME --shard I/N on any machine, any number of times; status HOME; merge HOME.',
    )
    .argument('<config>', 'YAML or JSON in Data Designer’s schema, or a TypeScript or JavaScript module')
    .requiredOption('-o, --output <home>', 'home of the run: a folder that all machines see')
    .requiredOption('--of <n>', 'number of shards', wholeNumber)
    .option('-n, --num-records <n>', "rows to draw from the seed, or 'all' (default: all; 10 where there is no seed)", numberOrAll)
    .option('--repeat-seed', 'draw rows of the seed again where it has fewer than are wanted')
    .option('--name <name>', 'name of the dataset (default: that of the home)')
    .option('--exactly <n>', 'the first n rows that are accepted, in the order of the seed', wholeNumber)
    .option('--accept <expression>', "what is accepted: a column, or an expression such as 'quality.score >= 4'")
    .option('--max-cost <usd>', 'what all shards together may spend; each has its share; needs --prices', amount)
    .option('--prices <file>', 'JSON: {"model": {"input": USD, "output": USD}} per million tokens')
    .option('--part-rows <n>', 'rows of a Parquet file at most (default: 1000)', wholeNumber)
    .option('--seed <n>', 'of all random choices; the same seed gives the same rows', wholeNumber)
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--force', 'plan in a folder that holds other things')
    .option('--json', 'print the plan as JSON')
    .option('-y, --yes', 'ask nothing after the estimate')
    .action(async (path: string, flags: PlanFlags, command: Command) => {
      const { planned } = await import('./planned.ts')
      const { plan: frozen } = await planned(path, flags)
      const { shards, positions, run, inputs } = frozen
      if (flags.json) sayJson(frozen)
      else {
        say(
          `${counted(shards, 'shard')} of ${counted(positions, 'row')} to draw, seed ${run.seed}; ${counted(inputs.length, 'file')} to read`,
        )
        say(`Make one: ${shardCommand(path, flags, command, shards)}`)
        say(`When all are made: tracewright merge ${shellWord(flags.output)}`)
        say(`About ${count(Math.ceil(positions / shards))} a shard`)
      }
      process.exitCode = EXIT.done
    })
}

/** The command that makes the first shard: it names again what a plan does not keep, such as functions and keys. */
function shardCommand(config: string, { output, functions }: PlanFlags, command: Command, shards: number): string {
  const others = command.options.map(option => option.attributeName()).filter(name => !NAMED_AGAIN.has(name))
  const [, , ...again] = commandWords(command, Object.fromEntries(others.map(name => [name, null])))
  const isProgram = functions !== undefined || /\.[mc]?[tj]s$/.test(config)
  return ['tracewright', 'create', ...(isProgram ? [config] : []), '-o', output, '--shard', `0/${shards}`, ...again]
    .map(shellWord)
    .join(' ')
}

const NAMED_AGAIN = new Set(['provider', 'providers', 'mcpProviders', 'functions'])
