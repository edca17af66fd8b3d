import type { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import { exportDataDesignerFolder } from '../../pipeline/layout/data-designer-folder.ts'
import { count, counted } from '../terminal/print.ts'
import { say, sayAside, sayJson } from '../terminal/say.ts'
import type { ExportFlags } from './export-flags.ts'

/** `tracewright export RUN --for data-designer`: the folder of a run as Data Designer leaves one. */
export async function runFolderExport(path: string, flags: ExportFlags, command: Command): Promise<void> {
  const other = command.options.find(
    option => !USED.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (other !== undefined)
    throw new TracewrightError('usage', `Cannot use ${other.long} with --for data-designer: all rows of the run are written as they are`)
  const report = await exportDataDesignerFolder(path, flags.output, { force: flags.force === true })
  if (flags.json) sayJson(report)
  for (const note of report.notes) sayAside(`warning: ${note}`)
  if (flags.quiet || flags.json) return
  const { rows, batches, has_dropped_columns, processors } = report
  const beside = [...(has_dropped_columns ? ['what was dropped'] : []), ...processors.map(name => `what '${name}' made`)]
  say(
    `Wrote ${counted(rows, 'row')} in ${count(batches)} ${batches === 1 ? 'file' : 'files'} to ${report.path}${beside.length === 0 ? '' : `, with ${beside.join(', ')}`}`,
  )
}

/** Options that mean something for a folder: all others make training data, which this is not. */
const USED = ['output', 'for', 'force', 'json', 'quiet']
