import { existsSync, statSync } from 'node:fs'
import { codecFor } from '../codec/codec-for.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { type Selectors, selects } from '../dataset/selectors.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { type ExportReport, exportDataset } from '../training/export.ts'
import type { ExportFlags } from './export-flags.ts'
import { count } from './print.ts'
import { ProgressLine } from './progress.ts'
import { say, sayJson } from './say.ts'
import { selectorsAt } from './select-options.ts'

/** Export what is asked for and tell what came of it. False where nothing was written. */
export async function runExport(path: string, flags: ExportFlags): Promise<boolean> {
  const { output, where, json, quiet, check, agent, project, sessionModel, since, until, failed, corrected, session, search, ...options } =
    flags
  const select = await selectorsAt(path, { search, agent, project, model: sessionModel, since, until, failed, corrected, session })
  if (check && options.model === undefined)
    throw new TracewrightError('usage', '--check renders rows as a model gets them: name it with --model')
  const line = new ProgressLine('Exporting', 'rows', { quiet: quiet === true })
  const onRow = (done: number) => line.update({ done, total: null })
  const report = await exportDataset(rowsAt(path, where, select), { ...options, output, onRow, check: check === true }).finally(() =>
    line.stop(),
  )
  if (json) sayJson(report)
  else if (!quiet) say(summaryOf(report, output))
  return report.funnel.examples > 0
}

/** Rows of a store, a run or a file. Lines of JSON are read one by one: an engine would look for types they do not have. */
async function* rowsAt(path: string, where: string | undefined, select: Selectors): AsyncIterable<Row> {
  if (!existsSync(path)) throw new TracewrightError('usage', `Cannot export '${path}': there is no such file or folder`)
  if (where === undefined && !selects(select) && statSync(path).isFile()) {
    yield* codecFor(path).read(path)
    return
  }
  await using dataset = await openDataset(path, { select })
  yield* dataset.rows(where === undefined ? {} : { where })
}

/** The funnel: what was read, what became of it, what lies where. */
export function summaryOf(report: ExportReport, output: string): string {
  const { funnel, unit, splits, rejects, notes } = report
  const share = (part: number) => (funnel.all === 0 ? '' : ` (${((100 * part) / funnel.all).toFixed(1)} %)`)
  const parts = (title: string, counts: { [reason: string]: number }) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, n]) => `  ${title.padEnd(8)} ${count(n)}${share(n)}  ${reason}`)
  return [
    `${count(funnel.rows)} rows read, ${count(funnel.examples)} written as ${report.dialect}, view ${report.view}`,
    `  all      ${count(funnel.all)} ${unit} by the model`,
    `  trained  ${count(funnel.trained)}${share(funnel.trained)}`,
    ...parts('masked', funnel.masked),
    ...parts('dropped', funnel.dropped),
    ...Object.entries(rejects).map(([reason, n]) => `  rejected ${count(n)}  ${reason}`),
    ...Object.entries(notes).map(([what, n]) => `  note     ${count(n)} ${what}`),
    ...Object.entries(report.check ?? {}).map(([what, n]) => `  check    ${count(n)} ${what}`),
    ...splits.map(
      ({ name, rows, files }) =>
        `${name}: ${count(rows)} rows in ${files.length === 0 ? 'no file' : files.map(file => `${output.replace(/\/$/, '')}/${file}`).join(', ')}`,
    ),
  ].join('\n')
}
