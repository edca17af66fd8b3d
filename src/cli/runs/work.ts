import { Command, InvalidArgumentError } from 'commander'
import { milliseconds } from '../../milliseconds.ts'
import { wholeNumber } from '../options/amounts.ts'
import { functionsOf, loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags, withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayAside } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'

/** `tracewright work`: a worker at a queue of shards. */
export function work(): Command {
  return withToolOption(withProviderOptions(new Command('work')))
    .summary('make shards that a queue hands out')
    .description(
      'Make the shards that a queue hands out, on any machine, any number of them, until Ctrl-C (docs/beyond-one-machine.md).\n' +
        'Shards come from create --queue. Shards of workers that die go to others.',
    )
    .argument('<url>', 'redis://HOST:PORT or postgres://USER@HOST:PORT/DATABASE')
    .option('--config <file>', 'the config of the run, where its home cannot keep it: a module with functions of its own')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--lock <seconds>', 'silence after which the shard of a worker goes to another (default: 60)', wholeNumber)
    .option('--lost <n>', 'times a worker may be lost on one shard before the shard is given up (default: 10)', wholeNumber)
    .option('--board <port>', "show the engine's dashboard of the queue at http://127.0.0.1:PORT; 0: any port that is free", portNumber)
    .action(async (url: string, flags: WorkFlags) => {
      const [{ work: workAt }, { sentenceOf }] = await Promise.all([import('../../queue/work.ts'), import('../create/create-shards.ts')])
      using signals = stoppable({ say: sayAside, stop: () => {} })
      const { stop, abort } = signals
      let isAway = false
      let isWorking = false
      // The engine waits for its server before it closes: where that is away and no shard is being made, nothing is left to save.
      stop.addEventListener('abort', () => {
        if (isAway && !isWorking) process.exit(EXIT.interrupted)
      })
      const settings = await settingsFrom(flags)
      await workAt(url, {
        stop,
        signal: abort,
        providers: settings.modelProviders,
        mcpProviders: settings.mcpProviders,
        managedAssetsPath: settings.managedAssetsPath,
        ...(flags.config === undefined ? {} : { builder: await loadWithFunctions(flags.config, flags, settings) }),
        load: {
          extensions: settings.extensions,
          ...(flags.functions === undefined ? {} : { functions: await functionsOf(flags.functions) }),
        },
        ...(flags.board === undefined ? {} : { board: flags.board, onBoard: at => sayAside(`Dashboard: ${at}`) }),
        terms: {
          ...(flags.lock === undefined ? {} : { lockMs: milliseconds(flags.lock), stalledMs: milliseconds(flags.lock / 2) }),
          ...(flags.lost === undefined ? {} : { maxStalled: flags.lost }),
        },
        onShard({ shard, home }) {
          isAway = false
          isWorking = true
          sayAside(`Shard ${shard} of ${home} started`)
        },
        onOutcome(outcome) {
          isWorking = false
          say(sentenceOf(outcome))
        },
        // A queue that is away is tried again several times a second.
        onTrouble(message) {
          if (!isAway) sayAside(`Queue at ${new URL(url).host}: ${message}. Trying again until it answers; Ctrl-C ends`)
          isAway = true
        },
      })
      process.exitCode = EXIT.interrupted
    })
}

type WorkFlags = ProviderFlags & ToolFlags & { config?: string; functions?: string; lock?: number; lost?: number; board?: number }

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('Expected a port from 0 to 65535.')
}
