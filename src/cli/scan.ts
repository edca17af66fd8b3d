import { homedir } from 'node:os'
import { Command } from 'commander'
import { bytes, counted, renderTable, wantsColor } from './print.ts'
import { say, show } from './say.ts'

/** `tracewright scan`: which agents have logs on this machine. */
export function scan(): Command {
  return new Command('scan')
    .summary('which agents have logs on this machine')
    .description('Look for agent logs at their usual places: sessions, bytes, dates. Reads no session.')
    .option('--json', 'print JSON instead of a table')
    .action(async (options: { json?: boolean }) => {
      const { scanMachine } = await import('../rollout/scan.ts')
      const entries = await scanMachine()
      if (options.json) return void say(JSON.stringify(entries, null, 2))
      const short = (path: string) => path.replace(homedir(), '~')
      const found = entries.filter(entry => entry.sessions > 0)
      if (found.length === 0) {
        say(
          `No agent logs found. Looked in:\n${entries
            .flatMap(entry => entry.roots)
            .map(root => `  ${short(root)}`)
            .join('\n')}`,
        )
        say('\nLogs that lie elsewhere: tracewright ingest PATH --format auto')
        return
      }
      const rows = found.map(entry => [
        entry.evidence === 'source' ? `${entry.title} *` : entry.title,
        entry.format,
        entry.sessions,
        bytes(entry.bytes),
        day(entry.oldest),
        day(entry.newest),
        entry.roots.map(short).join(', '),
      ])
      show(renderTable(['Agent', 'Format', 'Sessions', 'Bytes', 'Oldest', 'Newest', 'Where'], rows, wantsColor(process.stdout)))
      if (found.some(({ evidence }) => evidence === 'source')) say('\n* read by what its source says; no real log was at hand')
      for (const { title, error } of entries) if (error !== null) say(`\n${title}: ${error}`)
      const missing = entries.filter(entry => entry.sessions === 0 && entry.error === null)
      if (missing.length > 0) say(`\nNothing of ${missing.map(entry => entry.title).join(', ')} (${counted(missing.length, 'agent')})`)
      say(`\nMake rows of them: tracewright ingest --format ${found[0]!.format} -o rows.jsonl`)
    })
}

function day(timestamp: string | null): string {
  return timestamp === null ? '–' : timestamp.slice(0, 10)
}
