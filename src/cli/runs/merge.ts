import { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import { sayMissing } from '../create/missing-shards.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { say, sayJson } from '../terminal/say.ts'

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
    .option(
      '--to <place>',
      'of a run: bring it there when it is whole; a folder, s3://BUCKET/PREFIX, or hf://datasets/USER/NAME (one commit)',
    )
    .action(async (home: string, flags: MergeFlags) => {
      if (await isIngest(home)) {
        if (flags.to !== undefined)
          throw new TracewrightError('usage', `Cannot bring the store to '${flags.to}': nothing in a store of logs is redacted`, {
            hint: 'Export it: tracewright export HOME -o DIR --redact default --push USER/NAME',
          })
        const { mergeStore } = await import('./merge-store.ts')
        process.exitCode = await mergeStore(home, flags)
        return
      }
      const { mergeShards } = await import('../../pipeline/shard/merge.ts')
      const { missing, manifest, wasMerged } = await mergeShards(home, { clean: flags.clean ?? false })
      if (flags.json) sayJson({ missing, manifest })
      else if (manifest === null) sayMissing(missing)
      else {
        const { rows, rejects, reason } = manifest
        say(`${counted(rows, 'row')}, ${counted(rejects, 'failure')}${wasMerged ? '; merged before' : ''}`)
        if (reason !== null) say(reason)
        say(`Dataset: ${home}`)
      }
      if (manifest !== null && flags.to !== undefined) await publish(home, flags.to, flags.json ?? false)
      process.exitCode = manifest === null ? EXIT.strict : manifest.reason !== null ? EXIT.short : EXIT.done
    })
}

type MergeFlags = { clean?: boolean; json?: boolean; report?: string; to?: string }

async function isIngest(home: string): Promise<boolean> {
  const { isIngestHome } = await import('../../dataset/ingest-shards/ingest-plan.ts')
  return isIngestHome(home)
}

async function publish(home: string, to: string, isQuiet: boolean): Promise<void> {
  const { publishRun } = await import('../../pipeline/results/publish-run.ts')
  const { written, removed } = await publishRun(home, to)
  if (!isQuiet)
    say(
      `Published: ${to}, ${counted(written.length, 'file')}${removed.length === 0 ? '' : `; ${counted(removed.length, 'part')} of before taken away`}`,
    )
}
