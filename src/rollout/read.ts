import { join } from 'node:path'
import { TracewrightError } from '../errors.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import { packageVersion } from '../package-version.ts'
import type { Outcome, Reject } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { admitUnit, Claims } from './claim-rows.ts'
import { withinBounds } from './conversation/bounds.ts'
import type { RolloutRow } from './conversation/row.ts'
import { type FindOptions, findUnits, sniffFormat, type UnitRef } from './find.ts'
import { DEFAULT_PARSE_OPTIONS, type ParseOptions } from './format.ts'
import { fullestFirst } from './fullest-first.ts'
import { elsewhere } from './judge-file.ts'
import { formatNamed } from './known-formats.ts'
import { isTornFromTheStart } from './log/head.ts'
import { Ledger } from './log/ledger.ts'
import type { States } from './log/resume.ts'
import type { Skipped } from './log/source.ts'
import { nothingForDataDesigner } from './nothing-for-data-designer.ts'
import { TORN_FROM_THE_START } from './passed-over.ts'
import { readAsDataDesigner } from './read-as-data-designer.ts'
import type { UnitResult } from './unit-result.ts'

/** Which logs to read, and how. */
export type ReadOptions = FindOptions &
  Partial<ParseOptions> & {
    /** Keep the end of every record, for `explain`. */
    trace?: boolean
  }

/** Logs that were found and not yet read. To iterate over them reads one unit after the other, in their order, and gives its rows and rejects. */
export type Rollouts = AsyncIterable<Outcome<RolloutRow>> &
  AsyncDisposable & {
    /** What there is to read, in order. */
    units: UnitRef[]
    /** Files that matched and are no sessions. */
    skipped: Skipped[]
    /** Read one unit. Whatever happens in it, it ends in outcomes and a balanced ledger. */
    read(ref: UnitRef): Promise<UnitResult>
    /** Let go of files; `await using` does the same. */
    close(): void
  }

/** Names of the options that say which logs are read, and how. */
export const READ_OPTIONS: Known<ReadOptions> = {
  format: true,
  path: true,
  filePattern: true,
  recursive: true,
  compat: true,
  env: true,
  platform: true,
  known: true,
  branches: true,
  context: true,
  trace: true,
}

/** Find logs and stand ready to read them, a unit at a time. Throws where there is nothing to read, saying where it looked. */
export async function openRollouts(options: ReadOptions): Promise<Rollouts> {
  refuseUnknownOptions(options, READ_OPTIONS, 'openRollouts')
  return openLogs(options)
}

/** The same for whoever has options of its own beside these. `isForAll`: all that is found will be read. */
export async function openLogs(options: ReadOptions, isForAll = false): Promise<Rollouts> {
  const parseOptions = {
    branches: options.branches ?? DEFAULT_PARSE_OPTIONS.branches,
    context: options.context ?? DEFAULT_PARSE_OPTIONS.context,
  }
  const found = await findUnits(options, isForAll)
  if (found.units.length === 0) {
    for (const source of found.sources) source[Symbol.dispose]()
    throw (options.compat && nothingForDataDesigner(found, options)) || nothingFound(options, found.roots, found.skipped)
  }
  const units = options.compat ? found.units : await fullestFirst(found.units)
  const claims = new Claims()
  const read: Rollouts['read'] = async ref =>
    options.compat
      ? readAsDataDesigner(ref, options.recursive ?? true)
      : admitUnit(claims, await readUnit(ref, parseOptions, options.trace ?? false), ref.unit)
  const close = () => {
    for (const source of found.sources) source[Symbol.dispose]()
  }
  return {
    units,
    skipped: found.skipped,
    read,
    close,
    async *[Symbol.asyncIterator]() {
      for (const ref of units) yield* (await read(ref)).outcomes
    },
    [Symbol.asyncDispose]: async () => close(),
  }
}

/** Parse one unit. Whatever happens in it, it ends in outcomes and a balanced ledger. */
export async function readUnit(ref: UnitRef, options: ParseOptions, trace: boolean): Promise<UnitResult> {
  const outcomes: Outcome<RolloutRow>[] = []
  return { outcomes, ...(await passUnit(ref, options, trace, outcome => void outcomes.push(outcome))) }
}

/**
 * Parse one unit and pass each outcome on as it comes, so that a unit of many rows is never held whole. `states`: where to look for
 * what an earlier reading left, and to leave what this one knows.
 */
export async function passUnit(
  ref: UnitRef,
  options: ParseOptions,
  trace: boolean,
  take: (outcome: Outcome<RolloutRow>) => void | Promise<void>,
  states: States | null = null,
): Promise<Omit<UnitResult, 'outcomes'>> {
  if (ref.unit.member === undefined) return passOnce(ref, options, trace, take, states)
  for (let attempt = 1; ; attempt++) {
    const outcomes: Outcome<RolloutRow>[] = []
    const before = stateInPlace(ref)
    const result = await passOnce(ref, options, trace, outcome => void outcomes.push(outcome), states)
    const isOfOneTime = before === null || before === stateInPlace(ref)
    if (!isOfOneTime && attempt < ATTEMPTS) continue
    for (const outcome of isOfOneTime || result.failed ? outcomes : [changing(ref)]) await take(outcome)
    return isOfOneTime ? result : { ...result, ledger: { ...result.ledger, rows: [] }, failed: true }
  }
}

/** A session of a store that changed while it was read is read again, so many times. */
const ATTEMPTS = 5

function stateInPlace({ source, unit }: UnitRef): string | null {
  try {
    return source.stateInPlace(unit.files[0]!)
  } catch {
    return null // told where it is read
  }
}

function changing({ unit }: UnitRef): { reject: Reject } {
  const reason = `Cannot read the session as it was at one time: its store was changed each of ${ATTEMPTS} times; read it again when its program rests`
  return { reject: { at: unit.key, reason } }
}

async function passOnce(
  { format, source, unit }: UnitRef,
  options: ParseOptions,
  trace: boolean,
  take: (outcome: Outcome<RolloutRow>) => void | Promise<void>,
  states: States | null,
): Promise<Omit<UnitResult, 'outcomes'>> {
  const ledger = new Ledger(unit, { trace })
  // A trace tells of every record, and needs every record to be read.
  const resume = states === null || trace ? null : { states, stamp: `${packageVersion()} ${format.name} ${format.version}` }
  const rows: string[] = []
  let rejects = 0
  let failed = false
  const reject = async (reason: string, how: Pick<Reject, 'skipped'> = {}) => {
    rejects++
    await take({ reject: { at: unit.key, reason, ...how } })
  }
  try {
    for await (const outcome of format.parse(unit, { source, ledger, options, resume })) {
      const bounded = 'row' in outcome ? carried(outcome.row, ledger) : outcome
      if (bounded === null) await reject('Holds more than a text can be long')
      else if ('row' in bounded && bounded.row.messages.length === 0) await reject('No messages', { skipped: true })
      else {
        if ('row' in bounded) rows.push(bounded.row.trace_id)
        else rejects++
        await take(bounded)
      }
    }
  } catch (error) {
    failed = true
    ledger.giveUp('the unit could not be read to its end')
    await reject(`Cannot parse ${format.title} log: ${systemReason(error)}`)
  }
  if (rows.length === 0 && ledger.isOnlyWords()) {
    ledger.collapse('not JSON Lines')
    await reject('Not JSON Lines: a text file without records')
  } else if (rows.length + rejects === 0) {
    const { reason, skipped } = await whyEmpty({ format, source, unit }, ledger)
    await reject(reason, skipped ? { skipped } : {})
  }
  return { ledger: ledger.summary(rows), fates: ledger.trace(), failed }
}

/** How that is kept which cannot be carried on as it was written. */
const KEPT = { nested_too_deep: 'as JSON text', number_kept_as_text: 'as its digits', not_a_number: 'as null' }

/** A row as it can be carried on; what was kept as text on the way into it is told. Null: it cannot. */
function carried(given: RolloutRow, ledger: Ledger): { row: RolloutRow } | null {
  const row = withinBounds(given)
  const deep = ledger.takeDeep()
  if (row === null || deep.length === 0) return row && { row }
  const diagnostics = [...new Set(deep.map(({ code }) => code))].map(code => {
    const places = deep.flatMap(note => (note.code === code ? [note.at] : []))
    return { code, at: null, detail: { places, kept: KEPT[code] } }
  })
  return { row: { ...row, diagnostics: [...row.diagnostics, ...diagnostics] } }
}

async function whyEmpty({ format, source, unit }: UnitRef, ledger: Ledger): Promise<Pick<Reject, 'reason' | 'skipped'>> {
  if (ledger.records === 0) return { reason: 'Empty file', skipped: true }
  const [path] = unit.files
  if (await isTornFromTheStart(source, path!)) return { reason: TORN_FROM_THE_START }
  const like = await sniffFormat(source, path!).catch(() => null)
  if (like === null || like === format) {
    // What could not be read may have been the conversation.
    const isWhole = Object.keys(ledger.summary([]).buckets.unparsed).length === 0
    return { reason: 'Holds no conversation', ...(isWhole ? { skipped: true } : {}) }
  }
  return { reason: `Holds no ${format.title} conversation; it looks like ${elsewhere(like)}` }
}

function nothingFound(options: ReadOptions, roots: string[], skipped: Skipped[]): TracewrightError {
  const what = options.filePattern
    ? `no files matched '${options.filePattern}'`
    : `no ${options.format === 'auto' ? 'agent' : formatNamed(options.format).name} logs were found`
  const why = skipped.length === 0 ? '' : `; passed over were ${reasonsOf(skipped)}`
  return new TracewrightError(
    'rollout',
    `Cannot read rollouts: ${what} under ${roots.map(root => join(root)).join(', ') || 'any usual place'}${why}`,
    {
      hint: 'Name the folder, or another format or file pattern',
    },
  )
}

/** How many files were passed over for each reason, with one of them; the most frequent reasons first. */
function reasonsOf(skipped: readonly Skipped[]): string {
  const groups = [...Map.groupBy(skipped, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length)
  const told = groups.slice(0, 4).map(([reason, files]) => `${files.length} × '${reason}' (e.g. ${files[0]!.path})`)
  return [...told, ...(groups.length > 4 ? [`${groups.length - 4} more kinds`] : [])].join(', ')
}
