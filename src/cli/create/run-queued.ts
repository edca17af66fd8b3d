import { mergeShards } from '../../pipeline/shard/merge.ts'
import { watchRun } from '../../queue/watch-run.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { say, sayAside } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import { sayMissing } from './missing-shards.ts'
import { type PlanFlags, planned } from './planned.ts'

/** Plan a run, hand its shards to the workers of a queue, watch, and put them together. Gives the exit code. */
export async function runQueued(url: string, config: string, flags: PlanFlags): Promise<number> {
  const home = flags.output
  const plan = await planned(config, flags)
  {
    using signals = stoppable({ say: sayAside, stop: () => {} })
    const { stop } = signals
    let told = ''
    const { failed } = await watchRun(url, home, plan, {
      stop,
      onProgress: ({ done, of, rows, failed: bad }) => {
        const text = `${done} of ${counted(of, 'shard')} done, ${counted(rows, 'row')}${bad === 0 ? '' : `, ${bad} failed`}`
        if (text !== told) sayAside(text)
        told = text
      },
    })
    for (const { shard, reason, attempts } of failed) sayAside(`Shard ${shard} failed after ${counted(attempts, 'start')}: ${reason}`)
    if (stop.aborted) return EXIT.interrupted
  }
  const { missing, manifest } = await mergeShards(home)
  if (manifest === null) return sayMissing(missing)
  say(`${counted(manifest.rows, 'row')}, ${counted(manifest.rejects, 'failure')}`)
  say(`Dataset: ${home}`)
  return manifest.reason === null ? EXIT.done : EXIT.short
}
