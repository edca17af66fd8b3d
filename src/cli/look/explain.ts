import { Command } from 'commander'
import { visibleLine } from '../../visible.ts'
import { type ReadFlags, readOptionsFrom, withReadOptions } from '../options/read-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted, wantsColor } from '../terminal/print.ts'
import { say, sayJson, show } from '../terminal/say.ts'

/** `tracewright explain`: what became of each record of a log. */
export function explain(): Command {
  return withReadOptions(new Command('explain'))
    .summary('what became of each record of a log')
    .description('Show, record by record, what became of each: the row and message it is in, or the reason why it is in none.')
    .argument('<file>', 'log file, or a folder')
    .option('--json', 'one JSON object per record')
    .action(async (path: string, flags: ReadFlags & { json?: boolean }) => {
      process.exitCode = await explainLogs(path, flags)
    })
}

async function explainLogs(path: string, flags: ReadFlags & { json?: boolean }): Promise<number> {
  const { openRollouts } = await import('../../rollout/read.ts')
  const { placesOf, placesOfFate } = await import('../../rollout/message-places.ts')
  const { renderTable } = await import('../terminal/table.ts')
  const rollouts = await openRollouts({ ...readOptionsFrom(path, flags), trace: true })
  let records = 0
  for (const ref of rollouts.units) {
    const { outcomes, fates, ledger } = await rollouts.read(ref)
    const places = placesOf(outcomes, ref.unit.files[0]!)
    if (!flags.json) say(`${visibleLine(ref.unit.key)}  (${counted(ledger.records, 'record')}, ${ref.format.title})`)
    const lines = fates.map(fate => {
      records++
      const where = placesOfFate(fate, places)
      if (flags.json) sayJson({ ...fate, messages: where })
      return [
        `${fate.line}`,
        fate.type,
        fate.bucket ?? 'open',
        where.map(place => `${place.trace_id} #${place.message} ${place.role}`).join(', ') || (fate.reason ?? ''),
      ]
    })
    if (!flags.json && lines.length > 0) show(renderTable(['Record', 'Type', 'Became', 'Where or why'], lines, wantsColor(process.stdout)))
    for (const outcome of outcomes)
      if ('reject' in outcome && !flags.json) say(visibleLine(`rejected: ${outcome.reject.at}: ${outcome.reject.reason}`))
  }
  rollouts.close()
  return records === 0 ? EXIT.failed : EXIT.done
}
