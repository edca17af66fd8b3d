import { Command } from 'commander'
import { EXIT } from './exit.ts'
import { bytes, count, counted, wantsColor } from './print.ts'
import { say, sayJson, show } from './say.ts'

/** `tracewright status`: how the shards of a home stand. */
export function status(): Command {
  return new Command('status')
    .summary('how the shards of a plan stand')
    .description('How the shards of a plan stand: done, rows, failures, cost, attempts.')
    .argument('<home>', 'home of the plan')
    .option('--json', 'print one JSON object per shard')
    .action(async (home: string, flags: { json?: boolean }) => {
      process.exitCode = EXIT.done
      const { isIngestHome } = await import('../dataset/ingest-shards/ingest-plan.ts')
      if (await isIngestHome(home)) return ingestTable(home, flags.json ?? false)
      const { shardStatus } = await import('../pipeline/shard/shard-status.ts')
      const { shards } = await shardStatus(home)
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

async function ingestTable(home: string, isJson: boolean): Promise<void> {
  const { ingestStatus } = await import('../dataset/ingest-shards/ingest-status.ts')
  const shards = await ingestStatus(home)
  if (isJson) {
    for (const shard of shards) sayJson(shard)
    return
  }
  const { renderTable } = await import('./table.ts')
  const cells = shards.map(({ shard, state, units, bytes: size, rows, rejects, finished_at }) => [
    shard,
    state,
    count(units),
    bytes(size),
    rows === null ? '–' : count(rows),
    rejects === null ? '–' : count(rejects),
    finished_at ?? '–',
  ])
  show(renderTable(['shard', 'state', 'logs', 'size', 'rows', 'rejects', 'finished'], cells, wantsColor(process.stdout)))
  const done = shards.filter(({ state }) => state === 'done')
  say(
    `${done.length} of ${counted(shards.length, 'shard')} done, ${counted(
      done.reduce((n, { rows }) => n + rows!, 0),
      'row',
    )} before copies are left out`,
  )
}
