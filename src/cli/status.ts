import { Command } from 'commander'
import { EXIT } from './exit.ts'
import { count, counted, wantsColor } from './print.ts'
import { say, sayJson, show } from './say.ts'

/** `tracewright status`: how the shards of a home stand. */
export function status(): Command {
  return new Command('status')
    .summary('how the shards of a plan stand')
    .description('How the shards of a plan stand: done, rows, failures, cost, attempts.')
    .argument('<home>', 'home of the plan')
    .option('--json', 'print one JSON object per shard')
    .action(async (home: string, flags: { json?: boolean }) => {
      const { shardStatus } = await import('../pipeline/shard/shard-status.ts')
      const { shards } = await shardStatus(home)
      process.exitCode = EXIT.done
      if (flags.json) {
        for (const shard of shards) sayJson(shard)
        return
      }
      const [{ dollars }, { renderTable }] = await Promise.all([import('./create-view.ts'), import('./table.ts')])
      const cells = shards.map(({ shard, state, attempts, rows, rejects, cost_usd, finished_at }) => [
        shard,
        state,
        attempts,
        rows === null ? '–' : count(rows),
        rejects === null ? '–' : count(rejects),
        cost_usd === null ? '–' : dollars(cost_usd),
        finished_at ?? '–',
      ])
      show(renderTable(['shard', 'state', 'attempts', 'rows', 'failures', 'cost', 'finished'], cells, wantsColor(process.stdout)))
      const done = shards.filter(({ state }) => state === 'done')
      say(
        `${done.length} of ${counted(shards.length, 'shard')} done, ${counted(
          done.reduce((n, { rows }) => n + rows!, 0),
          'row',
        )}`,
      )
    })
}
