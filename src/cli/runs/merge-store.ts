import { mergeIngest } from '../../dataset/ingest-shards/merge-ingest.ts'
import { sayMissing } from '../create/missing-shards.ts'
import { Balance, refuseOtherReport } from '../ingest/ingest-balance.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/say.ts'

/** Put shards of logs together as a store, and tell of it what one ingest would have told. Gives the exit code. */
export async function mergeStore(home: string, flags: { clean?: boolean; report?: string }): Promise<number> {
  refuseOtherReport(flags)
  using balance = new Balance({ output: home, ...(flags.report === undefined ? {} : { report: flags.report }) })
  const { missing, result } = await mergeIngest(home, { clean: flags.clean ?? false, onUnit: balance.add.bind(balance) })
  balance[Symbol.dispose]()
  if (missing.length > 0) return sayMissing(missing)
  if (result === null) {
    say(`Store: ${home}; merged before`)
    return EXIT.done
  }
  balance.totals.trainable_twice = result.trainableTwice
  return balance.finish(result.skipped, result)
}
