import { Command, Option } from 'commander'
import { COST_KEYS, type CostKey } from '../../cost/cost-keys.ts'
import { type SelectFlags, selectorsAt, withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayJson, show } from '../terminal/say.ts'

/** `tracewright cost`: tokens and money. */
export function cost(): Command {
  return withSearch(withSelectors(new Command('cost')))
    .summary('tokens and money, by day, model, project, agent or session')
    .description(
      'What sessions took and cost. Each response is priced by its own model, time and length; cached tokens have prices of their own.\n' +
        'What a log says it cost goes first. Prices are those of a table in this package, whose version is told, or yours.\n' +
        'What nobody knows the price of is told apart and never counted as 0. A subscription costs what it costs instead.',
    )
    .argument('<path>', 'store, run, folder or file of rows')
    .addOption(
      new Option('--by <what>', 'what to split it by; sub-agents belong to the session that spawned them')
        .choices(COST_KEYS)
        .default('month'),
    )
    .option('--prices <file>', 'JSON: {"model": {"input": USD, "cached_input": USD, "cache_write": USD, "output": USD}} per million tokens')
    .option('--computed', 'reckon by prices also where the log says what it cost')
    .option('--bars', 'show costs as bars')
    .option('--json', 'print the bill as JSON')
    .action(async (path: string, flags: CostFlags) => {
      const { costOf } = await import('../../cost/cost-table.ts')
      const { by, prices, computed = false, bars, json } = flags
      const report = await costOf(path, {
        by,
        select: await selectorsAt(path, flags),
        computed,
        ...(prices === undefined ? {} : { prices }),
      })
      if (json) sayJson(report)
      else if (report.total.responses === 0) say('No response that counts its tokens is among these sessions')
      else {
        const { barsOf, footer, tableOf } = await import('./bill.ts')
        show(bars ? barsOf(report, process.stdout.columns ?? 80) : tableOf(report, process.stdout.columns))
        say(`\n${footer(report)}`)
      }
      process.exitCode = report.total.responses === 0 ? EXIT.failed : EXIT.done
    })
}

type CostFlags = SelectFlags & { by: CostKey; prices?: string; computed?: boolean; bars?: boolean; json?: boolean }
