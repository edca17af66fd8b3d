import { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayJson } from '../terminal/say.ts'

/** `tracewright scan`: which agents have logs on this machine, or in a folder. */
export function scan(): Command {
  return new Command('scan')
    .summary('which agents have logs on this machine, or in a folder')
    .description(
      'Look for agent logs at their usual places, or at PATH: sessions, bytes, days. Makes no rows.\n' +
        'Of a folder, files that are no sessions are listed with size, what they begin with and why they are passed over: all that\n' +
        'may be sessions, of the others ten of each reason; --json lists every one.\n' +
        'Days are those of sessions: from the names of files, else from the first and last records of 500 files at most.',
    )
    .argument('[path]', 'folder or file')
    .option('--strict', `exit with ${EXIT.strict} where something is passed over that looks like an agent's log, or cannot be read`)
    .option('--json', 'print JSON instead of a table')
    .action(async (path: string | undefined, flags: ScanFlags) => {
      process.exitCode = path === undefined ? await scanUsualPlaces(flags) : await scanPath(path, flags)
    })
}

type ScanFlags = { json?: boolean; strict?: boolean }

async function scanUsualPlaces({ json, strict }: ScanFlags): Promise<number> {
  if (strict) throw new TracewrightError('usage', 'Cannot use --strict: found no path, expected tracewright scan PATH --strict')
  const { scanMachine } = await import('../../rollout/scan.ts')
  const { showAgents } = await import('./scan-report.ts')
  const entries = await scanMachine()
  if (json) say(JSON.stringify(entries, null, 2))
  else showAgents(entries)
  return EXIT.done
}

async function scanPath(path: string, { json, strict }: ScanFlags): Promise<number> {
  const { scanFolder } = await import('../../rollout/scan-folder.ts')
  const { showFolder } = await import('./scan-report.ts')
  const scanned = await scanFolder(path)
  if (json) sayJson(scanned)
  else showFolder(path, scanned)
  return strict && scanned.passed_over.some(entry => entry.is_loud) ? EXIT.strict : EXIT.done
}
