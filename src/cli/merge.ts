import { Command } from 'commander'
import { EXIT } from './exit.ts'
import { counted } from './print.ts'
import { say, sayAside, sayJson } from './say.ts'

/** Missing shards that are named; of more, the number is told. */
const NAMED = 20

/** `tracewright merge`: the shards of a home as one run. */
export function merge(): Command {
  return new Command('merge')
    .summary('put the shards of a plan together as one run')
    .description('Put the shards of a plan together as the run one process would have made. May be run any number of times.')
    .argument('<home>', 'home of the plan')
    .option('--clean', 'take away the attempts afterwards, with the replies they were paid')
    .option('--json', 'print what came of it as JSON')
    .action(async (home: string, flags: { clean?: boolean; json?: boolean }) => {
      const { mergeShards } = await import('../pipeline/shard/merge.ts')
      const { missing, manifest, wasMerged } = await mergeShards(home, { clean: flags.clean ?? false })
      if (flags.json) sayJson({ missing, manifest })
      else if (manifest === null) {
        const named = missing.slice(0, NAMED).join(', ')
        const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''
        sayAside(`Not merged: ${counted(missing.length, 'shard')} missing: ${named}${more}`)
      } else {
        const { rows, rejects, reason } = manifest
        say(`${counted(rows, 'row')}, ${counted(rejects, 'failure')}${wasMerged ? '; merged before' : ''}`)
        if (reason !== null) say(reason)
        say(`Dataset: ${home}`)
      }
      process.exitCode = manifest === null ? EXIT.strict : manifest.reason !== null ? EXIT.short : EXIT.done
    })
}
