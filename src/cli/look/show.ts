import { Command, Option } from 'commander'
import { wholeNumberFromOne } from '../options/amounts.ts'
import { withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import type { ShowFlags } from './show-flags.ts'
import { storeNamed } from './store-named.ts'

/** `tracewright show`: one session, to be read. */
export function showCommand(): Command {
  return withSearch(withSelectors(new Command('show')))
    .summary('read a session: in the terminal, as HTML or Markdown')
    .description(
      'Show a session whole: whose words are whose, calls with their results, changes to files, sub-agents and branches in their place.\n' +
        'SESSION is a trace id or how it begins, last, last:3, or a log. Without it, the newest session that the selectors take; n and p go on.\n' +
        'In a terminal it opens in a pager (the one that PAGER names, else its own); elsewhere it is plain text, and nothing is cut.',
    )
    .argument('[session]', 'trace id or how it begins, last, last:3, or a log file')
    .argument('[store]', 'as --store')
    .option('-s, --store <path>', 'where sessions are: a store, a run, a file of rows; default: the store in this folder')
    .addOption(
      new Option('--show <what>', 'calls in a line, everything, or prompts and answers alone; in a pipe: all').choices([
        'read',
        'all',
        'talk',
      ]),
    )
    .addOption(new Option('--branches <which>', 'of a log: abandoned branches too').choices(['active', 'all']).default('all'))
    .option('--width <columns>', 'of the text; default: that of the terminal', wholeNumberFromOne)
    .option('--no-pager', 'print it')
    .option('--html <file>', 'write one page that needs nothing else; - for stdout')
    .option('--markdown <file>', 'write Markdown; - for stdout')
    .addOption(new Option('--images <how>', 'in a page').choices(['embed', 'omit']).default('embed'))
    .option('--redact [policy]', 'with secrets and persons replaced, in whatever form; default, or a file with rules of your own')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print what is shown as JSON')
    .action(async (session: string | undefined, named: string | undefined, flags: ShowFlags) => {
      const { showSession } = await import('./show-session.ts')
      await showSession(session ?? null, { ...flags, ...storeNamed(named, flags) })
      process.exitCode = EXIT.done
    })
}
