import type { Outcome, Row } from '../../row.ts'
import type { Scratch } from '../scratch/scratch.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { Contamination } from './contamination.ts'
import { type Curated, Curation, type CurationOptions } from './curation.ts'
import { earlierSplits } from './earlier-splits.ts'
import { USUAL_COSINE } from './leave-out-near.ts'
import { outcomesOf } from './outcomes-of.ts'

/** Rows with what becomes of them; they can be gone through more than once where they had to be looked at before. */
export type Stages = { rows(): AsyncIterable<Curated>; [Symbol.dispose](): void }

/** From where on rows are near-duplicates if nobody says: three in ten runs of three words shared. */
export const USUAL_THRESHOLD = 0.3

/** What rows are curated by. Null: nothing asks for it. */
export type CurationRules = Omit<CurationOptions, 'folder' | 'scratch' | 'redaction' | 'git' | 'read' | 'split' | 'filter'>

/** Read what rows are to be curated by, before anything gives way to them. `isTwice`: rows are gone through more than once. Throws for files that cannot be read. */
export async function curationRules(
  options: ExportOptions,
  { split, isTwice, scratch }: { split: CurationOptions['split']; isTwice: boolean; scratch: Scratch },
): Promise<CurationRules | null> {
  const isSplit = split.names.length > 1
  const asks = [
    options.dedupe,
    options.dedupeBy,
    options.decontaminate,
    options.filter,
    options.perTask,
    options.perProject,
    options.exactly,
  ]
  const isRedacted = (options.redact ?? 'off') !== 'off'
  if (!isRedacted && !isSplit && !isTwice && asks.every(one => one === undefined)) return null
  return {
    threshold: options.dedupe ?? (options.dedupeBy !== undefined ? USUAL_COSINE : isSplit ? USUAL_THRESHOLD : null),
    isDeduped: options.dedupe !== undefined || options.dedupeBy !== undefined,
    byColumn: options.dedupeBy ?? null,
    contamination: options.decontaminate === undefined ? null : await Contamination.from(options.decontaminate, scratch),
    perTask: options.perTask ?? null,
    perProject: options.perProject ?? null,
    before: options.splitLike === undefined ? null : await earlierSplits(options.splitLike, split.names, scratch),
  }
}

/** Look at all rows first where there are rules; else they pass through. */
export async function curated(
  rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>,
  options: ExportOptions,
  {
    rules,
    ...more
  }: Pick<CurationOptions, 'scratch' | 'split' | 'redaction' | 'git' | 'read' | 'filter'> & { rules: CurationRules | null },
): Promise<Stages> {
  if (rules === null) return { rows: () => passed(rows), [Symbol.dispose]: () => {} }
  const curation = new Curation({ folder: options.output, ...rules, ...more })
  try {
    for await (const outcome of outcomesOf(rows)) curation.add(outcome)
  } catch (error) {
    curation[Symbol.dispose]()
    throw error
  }
  return curation
}

async function* passed(rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>): AsyncIterable<Curated> {
  for await (const outcome of outcomesOf(rows)) yield { outcome, dropped: null, split: null, known: null }
}
