import { Redaction } from '../../redact/redaction.ts'
import { type CurationRules, curationRules } from '../curate/curated.ts'
import type { Split } from '../curate/split.ts'
import { type Measure, openMeasure } from '../fit/measure.ts'
import { freshScratch, refuseOutput } from '../folder/export-folder.ts'
import type { GitHistory } from '../outcome/git-history.ts'
import type { Scratch } from '../scratch/scratch.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { Mistakes } from '../settings/mistakes.ts'
import { templatesToTry } from './check.ts'
import { checkSettings, type NamedRules, namedRules } from './export-settings.ts'
import type { PlannedExport } from './plan-export.ts'
import { memoryOnDisk } from './redaction-on-disk.ts'
import { checkWhere } from './rows-where.ts'

/** All that an export goes by, at hand before any row is read. */
export type ReadyExport = PlannedExport & {
  split: Split
  git: GitHistory | null
  named: NamedRules
  redaction: Redaction | null
  measure: Measure
  tried: Awaited<ReturnType<typeof templatesToTry>>
  curation: CurationRules | null
  scratch: Scratch
}

/** Understand the options, open models and files that they name. Throws all mistakes at once; names of columns are checked where the columns are known. */
export async function readyExport(options: ExportOptions): Promise<ReadyExport> {
  const mistakes = new Mistakes()
  const ready = await noteMistakes(options, mistakes)
  mistakes.refuse()
  return ready!
}

/** As `readyExport`, with all that is wrong noted; undefined where anything is. */
export async function noteMistakes(options: ExportOptions, mistakes: Mistakes): Promise<ReadyExport | undefined> {
  const columns = options.columns === undefined ? null : new Set(options.columns)
  const { planned, split, policy, git, named } = checkSettings(options, columns, mistakes)
  const measure = await mistakes.wait(() => openMeasure(options))
  if (planned?.dialect.needsModel) mistakes.try(() => measure?.template?.refuseMasks())
  const tried = await mistakes.wait(() => templatesToTry(options, measure?.template ?? null))
  if (options.where !== undefined) await mistakes.wait(() => checkWhere(options.where!))
  mistakes.try(() => refuseOutput(options.output, options.force))
  if (mistakes.found.length > 0) return undefined
  const scratch = freshScratch(options)
  const isTwice = planned!.view.looksAtOthers === true
  const curation = await mistakes.wait(() => curationRules(options, { split: split!, isTwice, scratch }))
  if (curation === undefined) return undefined
  const redaction = policy == null ? null : new Redaction(policy, { memory: memoryOnDisk(scratch) })
  return { ...planned!, split: split!, git: git!, named, redaction, measure: measure!, tried: tried!, curation, scratch }
}

/** Names of columns, once the columns are known. Throws all that there are not at once. */
export function rulesFor(options: ExportOptions, columns: ReadonlySet<string>): NamedRules {
  const mistakes = new Mistakes()
  const named = namedRules(options, columns, mistakes)
  mistakes.refuse()
  return named
}
