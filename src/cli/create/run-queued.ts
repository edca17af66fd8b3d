import type { Command } from 'commander'
import { mergeShards } from '../../pipeline/shard/merge.ts'
import { type QueuedProgress, watchRun } from '../../queue/watch-run.ts'
import { shellWord } from '../../shell-word.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { say, sayAside } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import { commandLine } from './command-line.ts'
import { sayMissing } from './missing-shards.ts'
import { type PlanFlags, planned } from './planned.ts'

/** Plan a run, hand its shards to the workers of a queue, watch, and put them together. Gives the exit code. */
export async function runQueued(url: string, config: string, flags: PlanFlags, command: Command): Promise<number> {
  const home = flags.output
  const plan = await planned(config, flags)
  const signals = stoppable({ say: sayAside, stop: () => {} }, 'shards that no worker has begun are taken back')
  const { stop, abort } = signals
  // What is in the home already is found there; the plan must not be made anew.
  const goOn = commandLine(command, { output: home, resume: null, retryFailed: null, force: null })
  // A queue that does not answer is waited for, and whoever asks twice does not want to.
  abort.addEventListener('abort', () => {
    sayAside(`Stopped at once; shards may be left in the queue, and workers make them. Go on: ${goOn}`)
    process.exit(EXIT.interrupted)
  })
  let told = ''
  {
    using _signals = signals
    const { failed, progress } = await watchRun(url, home, plan, {
      stop,
      onProgress: progress => {
        const text = doneText(progress)
        if (text !== told) sayAside(text)
        told = text
      },
      onTrouble: message => sayAside(`Queue at ${new URL(url).host}: ${message}. Trying again until it answers; Ctrl-C ends`),
    })
    for (const { shard, reason, attempts } of failed) sayAside(`Shard ${shard} failed after ${counted(attempts, 'start')}: ${reason}`)
    if (stop.aborted) {
      say(`Stopped: ${doneText(progress)}, in ${home}; workers finish the shards they have, and take no others`)
      say(`How it stands: tracewright status ${shellWord(home)}`)
      say(`Go on: ${goOn}`)
      return EXIT.interrupted
    }
  }
  const { missing, manifest } = await mergeShards(home)
  if (manifest === null) {
    const code = sayMissing(missing)
    sayAside(`Try them again: ${goOn}`)
    return code
  }
  say(`${counted(manifest.rows, 'row')}, ${counted(manifest.rejects, 'failure')}`)
  say(`Dataset: ${home}`)
  return manifest.reason === null ? EXIT.done : EXIT.short
}

function doneText({ done, of, rows, failed }: QueuedProgress): string {
  return `${done} of ${counted(of, 'shard')} done, ${counted(rows, 'row')}${failed === 0 ? '' : `, ${failed} failed`}`
}
