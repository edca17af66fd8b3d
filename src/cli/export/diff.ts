import { Command } from 'commander'
import { wholeNumber } from '../options/amounts.ts'
import { EXIT } from '../terminal/exit.ts'
import { count } from '../terminal/print.ts'
import { say, sayJson } from '../terminal/say.ts'

/** `tracewright diff`: two exports compared. */
export function diff(): Command {
  return new Command('diff')
    .summary('compare two exports')
    .description('Compare two exports: rows that were added, removed or changed, by cause.')
    .argument('<before>', 'folder of an export')
    .argument('<after>', 'folder of another export')
    .option('--rows <n>', 'so many sessions are named', wholeNumber, 20)
    .option('--json', 'print the differences as JSON')
    .action(async (before: string, after: string, flags: { rows: number; json?: boolean }) => {
      const { diffExports } = await import('../../training/diff.ts')
      const found = await diffExports(before, after, { most: flags.rows })
      process.exitCode = EXIT.done
      if (flags.json) {
        sayJson(found)
        return
      }
      const lines = (['added', 'removed', 'changed'] as const).flatMap(change =>
        Object.entries(found[change])
          .sort(([, a], [, b]) => b - a)
          .map(([cause, n]) => `${change.padEnd(8)} ${count(n)}  ${cause}`),
      )
      say(
        [
          `same     ${count(found.same)}`,
          ...lines,
          ...found.rows.map(
            ({ change, trace_id, cause, rows }) => `  ${change} ${trace_id}: ${cause}${rows > 1 ? ` (${count(rows)} rows)` : ''}`,
          ),
        ].join('\n'),
      )
    })
}
