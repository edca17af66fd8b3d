import type { RunManifest } from '../../dataset/run/manifest.ts'
import type { RunEstimate } from '../../pipeline/creation/estimate.ts'
import type { DatasetCreationResults } from '../../pipeline/results/creation-results.ts'
import type { Failure } from '../../pipeline/rows/failure.ts'
import { visibleLine } from '../../visible.ts'
import { count, counted } from '../terminal/print.ts'
import type { Changes } from './command-line.ts'
import { dollars, spent } from './create-view.ts'

/** What came of a run: counts, the commonest failures, the bill, where it is and how to go on. */
export function summaryOf(results: DatasetCreationResults, command: (changes: Changes) => string): string {
  const { manifest, usage } = results
  const { rows, rejects, declined, status, reason } = manifest
  const failures = results.failures.filter(({ kind }) => kind !== 'skipped')
  const skipped = results.failures.filter(({ kind }) => kind === 'skipped')
  const lines = [
    `${counted(rows, 'row')}, ${counted(rejects - skipped.length, 'failure')}${declined === 0 ? '' : `, ${count(declined)} not accepted`}, seed ${manifest.seed}`,
    ...(reason === null ? [] : [reason]),
    ...repeated(manifest),
    ...byKind(failures),
    ...commonest(failures),
    ...skippedLines(skipped),
    ...(usage.run.calls === 0 ? [] : [`Bill: ${spent(usage.run)}`]),
    ...Object.entries(usage.models).map(
      ([alias, line]) => `  ${alias}: ${spent(line)}${results.standIns.includes(alias) ? ' (the stand-in, which is no model)' : ''}`,
    ),
    `Dataset: ${results.path}`,
    ...Object.entries(results.exports).map(
      ([name, { funnel, dialect, view, unit }]) =>
        `Export ${name}: ${counted(funnel.examples, 'row')} as ${dialect}, view ${view}, ${count(funnel.trained)} of ${count(funnel.all)} ${unit} trained (${results.path}/exports/${name})`,
    ),
  ]
  const isSpent = reason?.startsWith('The budget of') === true
  const output = results.path
  if (status !== 'complete') lines.push(`Go on${isSpent ? ', with a larger --max-cost' : ''}: ${command({ ...GO_ON, output })}`)
  else if (isSeedShort(manifest)) lines.push(`Draw its rows again: ${command({ ...GO_ON, repeatSeed: true, output })}`)
  if (status === 'complete' && failures.some(failure => failure.row !== null))
    lines.push(`Try failed rows again: ${command({ ...GO_ON, resume: null, retryFailed: true, output })}`)
  return lines.join('\n')
}

/** What the seed had no row of, and why; none of it is a failure. */
export function skippedLines(skipped: readonly { column: string | null; reason: string; at: string }[]): string[] {
  if (skipped.length === 0) return []
  return [`Skipped, and no failure: ${count(skipped.length)}`, ...commonest(skipped)]
}

/** What is changed to go on with a run: everything that limits it stays as it was given. */
export const GO_ON: Changes = { resume: true, retryFailed: null, force: null }

/** Whether the seed has fewer rows than were to be drawn, and none of them twice. */
function isSeedShort({ target, drawn_rows }: RunManifest): boolean {
  return target.accept === null && !target.repeat_seed && drawn_rows > 0 && (target.num_records ?? 0) > drawn_rows
}

/** Rows that were drawn again are no new ones. */
function repeated({ seed_rows = null, drawn_rows }: RunManifest): string[] {
  if (seed_rows === null || drawn_rows <= seed_rows) return []
  return [`The seed's ${counted(seed_rows, 'row')} were drawn again, up to ${Math.ceil(drawn_rows / seed_rows)} times each`]
}

/** What models' failures were, by kind, where there is more to say than how many. */
function byKind(failures: readonly Failure[]): string[] {
  const kinds = Map.groupBy(
    failures.filter(({ failure }) => failure != null),
    ({ failure }) => failure!,
  )
  const sorted = [...kinds].sort((a, b) => b[1].length - a[1].length)
  return sorted.length === 0 ? [] : [`  by kind: ${sorted.map(([kind, same]) => `${count(same.length)} ${kind}`).join(', ')}`]
}

/** The commonest causes of failure, each with how often it occurred. */
export function commonest(failures: readonly { column: string | null; reason: string }[]): string[] {
  const byCause = Map.groupBy(failures, ({ column, reason }) => `${column === null ? '' : `column '${column}': `}${reason}`)
  const sorted = [...byCause].sort((a, b) => b[1].length - a[1].length).slice(0, 5)
  return sorted.map(([cause, same]) => `  ${count(same.length)} × ${visibleLine(cause)}`)
}

/** What a run will take, as people read it; what is not known is said to be unknown. */
export function estimateText(estimate: RunEstimate): string {
  const { rows, sample_rows, failed, accepted, bill, unpriced, unknown_columns } = estimate
  const notes = [
    ...(failed === 0 ? [] : [`${failed} of them failed`]),
    ...(accepted + failed >= sample_rows ? [] : [`${accepted} of them were accepted`]),
    ...(unpriced.length === 0 ? [] : [`the price of ${unpriced.join(', ')} is not known (--prices FILE)`]),
    ...(unknown_columns.length === 0 ? [] : [`not known for ${unknown_columns.join(', ')}`]),
  ]
  const tokens = `${count(bill.input_tokens)} tokens in, ${count(bill.output_tokens)} out`
  return `${counted(rows, 'row')} will take about ${counted(bill.calls, 'call')}, ${tokens}, ${dollars(bill.cost_usd)}: judged by ${sample_rows} rows, which are kept${notes.map(note => `; ${note}`).join('')}`
}
