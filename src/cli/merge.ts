import { Command } from 'commander'
import { EXIT } from './exit.ts'
import { sayMissing } from './missing-shards.ts'
import { counted } from './print.ts'
import { say, sayJson } from './say.ts'

/** `tracewright merge`: the shards of a home as one run. */
export function merge(): Command {
  return new Command('merge')
    .summary('put the shards of a plan together as one run, or one store')
    .description(
      'Put the shards of a plan together as the run, or the store of logs, that one process would have made. May be run any number of times.',
    )
    .argument('<home>', 'home of the plan')
    .option('--clean', 'take away the attempts afterwards, with the replies they were paid')
    .option('--json', 'print what came of it as JSON')
    .option('--report <file>', 'of logs: write the ledger of every unit as JSON, as ingest does')
    .action(async (home: string, flags: { clean?: boolean; json?: boolean; report?: string }) => {
      if (await isIngest(home)) {
        const { mergeStore } = await import('./merge-store.ts')
        process.exitCode = await mergeStore(home, flags)
        return
      }
      const { mergeShards } = await import('../pipeline/shard/merge.ts')
      const { missing, manifest, wasMerged } = await mergeShards(home, { clean: flags.clean ?? false })
      if (flags.json) sayJson({ missing, manifest })
      else if (manifest === null) sayMissing(missing)
      else {
        const { rows, rejects, reason } = manifest
        say(`${counted(rows, 'row')}, ${counted(rejects, 'failure')}${wasMerged ? '; merged before' : ''}`)
        if (reason !== null) say(reason)
        say(`Dataset: ${home}`)
      }
      process.exitCode = manifest === null ? EXIT.strict : manifest.reason !== null ? EXIT.short : EXIT.done
    })
}

async function isIngest(home: string): Promise<boolean> {
  const { isIngestHome } = await import('../dataset/ingest-shards/ingest-plan.ts')
  return isIngestHome(home)
}
