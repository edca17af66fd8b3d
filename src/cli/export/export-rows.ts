import { TracewrightError } from '../../errors.ts'
import { USUAL_THRESHOLD } from '../../training/curate/curated.ts'
import { exportDataset } from '../../training/export/export.ts'
import { noteMistakes } from '../../training/export/ready-export.ts'
import type { ExportReport } from '../../training/folder/export-report.ts'
import type { PushReport } from '../../training/folder/push.ts'
import type { ExportOptions } from '../../training/settings/export-options.ts'
import { Mistakes } from '../../training/settings/mistakes.ts'
import { selectorsAt } from '../options/select-options.ts'
import { count, counted } from '../terminal/print.ts'
import { ProgressLine } from '../terminal/progress.ts'
import { redactionLine } from '../terminal/redaction-line.ts'
import { say, sayJson } from '../terminal/say.ts'
import type { ExportFlags } from './export-flags.ts'
import { rowsToExport } from './rows-to-export.ts'

/** Export what is asked for and tell what came of it. False where nothing was written. */
export async function runExport(path: string, flags: ExportFlags): Promise<boolean> {
  const { output, where, json, quiet, check, dedupe, push, public: isPublic, dryRun, sessionModel, extensions: _, ...more } = flags
  const { agent, project, since, until, failed, corrected, session, search, ...options } = more
  const select = await selectorsAt(path, { search, agent, project, model: sessionModel, since, until, failed, corrected, session })
  const off = options.redact === 'off' ? { unredacted: 'off' as const } : {}
  const pushing = push === undefined ? null : { repo: push, isPublic: isPublic === true, isDryRun: dryRun === true, ...off }
  const hub = pushing === null ? null : await import('../../training/folder/push.ts')
  const settings: ExportOptions = {
    ...options,
    ...(pushing !== null && options.redact === undefined ? { redact: 'default' } : {}),
    ...(dedupe === undefined || (dedupe === true && flags.dedupeBy !== undefined)
      ? {}
      : { dedupe: dedupe === true ? USUAL_THRESHOLD : dedupe }),
    output,
    check: check === true,
  }
  const mistakes = new Mistakes()
  mistakes.try(() => (pushing === null ? refuseAlone({ isPublic, dryRun }) : hub!.checkPush(pushing)))
  await using found = await mistakes.wait(() => rowsToExport(path, { where, select, git: options.git }))
  // What else is wrong is told along.
  if (mistakes.found.length > 0) await noteMistakes(settings, mistakes)
  mistakes.refuse()
  const { rows, columns } = found!
  const line = new ProgressLine('Exporting', 'rows', { quiet: quiet === true })
  const onRow = (done: number) => line.update({ done, total: null })
  const report = await exportDataset(rows, { ...settings, ...(columns === null ? {} : { columns }), onRow }).finally(() =>
    line[Symbol.dispose](),
  )
  if (!json && !quiet) say(summaryOf(report, output))
  const pushed = pushing === null || report.funnel.examples === 0 ? null : await hub!.pushExport(output, pushing)
  if (json) sayJson(pushed === null ? report : { ...report, push: pushed })
  else if (pushed !== null && !quiet) say(pushSummary(pushed))
  return report.funnel.examples > 0
}

function refuseAlone({ isPublic, dryRun }: { isPublic?: boolean | undefined; dryRun?: boolean | undefined }): void {
  if (isPublic || dryRun)
    throw new TracewrightError(
      'usage',
      `Cannot use --${isPublic ? 'public' : 'dry-run'} alone: name where to publish with --push user/name`,
    )
}

function pushSummary({ repo, parent, commit, written, deleted }: PushReport): string {
  const bytes = written.reduce((sum, file) => sum + file.bytes, 0)
  const what = `${counted(written.length, 'file')}, ${counted(bytes, 'byte')}${deleted.length === 0 ? '' : `, ${count(deleted.length)} taken away`}`
  const onto = parent === null ? 'as a new dataset' : `onto ${parent}`
  return commit === null ? `would publish ${repo} ${onto}: ${what}` : `published ${repo} ${onto} as ${commit}: ${what}`
}

/** The funnel: what was read, what became of it, what lies where. */
export function summaryOf(report: ExportReport, output: string): string {
  const { funnel, unit, splits, rejects, notes } = report
  const share = (part: number) => (funnel.all === 0 ? '' : ` (${((100 * part) / funnel.all).toFixed(1)} %)`)
  const parts = (title: string, counts: { [reason: string]: number }, more: (reason: string) => string = () => '') =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, n]) => `  ${title.padEnd(8)} ${count(n)}${share(n)}  ${reason}${more(reason)}`)
  return [
    `${counted(funnel.rows, 'row')} read, ${count(funnel.examples)} written as ${report.dialect}, view ${report.view}`,
    `  all      ${count(funnel.all)} ${unit} by the model`,
    `  trained  ${count(funnel.trained)}${share(funnel.trained)}`,
    ...parts('masked', funnel.masked),
    ...parts('dropped', funnel.dropped, reason => ` (${counted(rejects[reason] ?? 0, 'session')})`),
    ...(report.redaction === null ? [] : [`  ${redactionLine(report.redaction)}`]),
    ...Object.entries(rejects).flatMap(([reason, n]) => (reason in funnel.dropped ? [] : [`  rejected ${count(n)}  ${reason}`])),
    ...Object.entries(notes).map(([what, n]) => `  note     ${count(n)} ${n === 1 ? what.replace(/^rows\b/, 'row') : what}`),
    ...Object.entries(report.check ?? {}).map(([what, n]) => `  check    ${count(n)} ${what}`),
    ...splits.map(
      ({ name, rows, files }) =>
        `${name}: ${counted(rows, 'row')} in ${files.length === 0 ? 'no file' : files.map(file => `${output.replace(/\/$/, '')}/${file}`).join(', ')}`,
    ),
  ].join('\n')
}
