import { breathe } from '../../breathe.ts'
import type { AliasedModel, CellContext, ColumnConfig, Generator, PictureFolder, TemplateMode } from '../../column/column.ts'
import type { Asked } from '../../dataset/run/asked-cells.ts'
import { TracewrightError } from '../../errors.ts'
import { addOwn, ownValue, setOwn } from '../../json/own.ts'
import { keptObject } from '../../python/odd-value.ts'
import { Random } from '../../random.ts'
import type { Outcome, Row } from '../../row.ts'
import { dependenciesOf, type Plan } from '../plan/plan.ts'
import { type Artifacts, applyProcessors, type OpenProcessors, openProcessors } from '../processors/apply-processors.ts'
import { withoutColumns } from '../processors/drop-columns.ts'
import { type Failure, failureOf } from './failure.ts'
import { flat, orderedMap } from './ordered-map.ts'
import { rowCondition } from './truth.ts'
import { untilLeft } from './until-left.ts'

/**
 * What comes out of a run, in the order of the seed. `position` counts what came from the seed, rejects included; `artifacts` are the
 * rows that processors made beside this one.
 */
export type RunOutcome =
  | { key: string; row: Row; artifacts: Artifacts; position: number; accepted: boolean }
  | { failure: Failure; position: number }

/** Name under which dropped columns stand beside a dataset. */
export const DROPPED = 'dropped-columns'

/** Computes a cell, and may look at how that goes. */
export type AroundCell = <T>(cell: { column: string; row: string }, compute: () => Promise<T>) => Promise<T>

/** What a run needs besides its plan. */
export type RunOptions = {
  seed: number // of every random choice
  mode: TemplateMode
  signal: AbortSignal // once it has fired, cells that are not finished fail as 'cancelled'
  width: number // rows in flight at a stage
  tools?: CellContext['tools']
  persons?: CellContext['persons']
  conversation?: CellContext['conversation']
  pictures?: PictureFolder // where cells put pictures; absent: into the rows
  model(alias: string, column: string, rowKey: string): AliasedModel
  first?: number // position of the first outcome, where earlier ones are dealt with
  only?: ReadonlySet<string> // keys of the rows to run; the others are passed over
  keepsDropped?: boolean // whether what is dropped of a row is made beside it
  mark?: Row // put into every finished row, e.g. that a stand-in answered
  accepts?(row: Row): boolean // whether a finished row counts; sees dropped columns, too
  onCell?(column: string, ok: boolean, row: string): void
  aroundCell?: AroundCell
  askedOf?(column: string, row: string): Asked | null // what was asked for a cell that has just failed
  onLeft?: () => void // told that no more rows are taken, before what is in flight is waited for
}

type Item = { key: string; row: Row; position: number; skipped: ReadonlySet<string> }
type Passed = Item | { failure: Failure; position: number }
type Stage = (items: AsyncIterable<Passed>) => AsyncIterable<Passed>
type OpenColumn = { config: ColumnConfig; generator: Generator; reads: string[]; skipWhen: ((row: Row) => boolean | undefined) | null }

/**
 * Run a plan over rows. Rows overlap, and columns of a row overlap where they do not read each other; order and values do not
 * depend on timing. A row that fails is handed on as a failure, the others go on.
 */
export async function* run(plan: Plan, seed: AsyncIterable<Outcome & { key?: string }>, options: RunOptions): AsyncIterable<RunOutcome> {
  let items = numbered(seed, options.first ?? 0, options.only ?? null)
  const processors = openProcessors(plan.processors, options.mode)
  for (const stage of stages(plan, options)) items = stage(items)
  for await (const item of untilLeft(items, options.onLeft ?? (() => {}))) {
    yield 'failure' in item ? item : finished(item, processors, plan.droppedColumns, options)
  }
}

/** A row whose columns are all there: processors see them all, then those that are dropped are taken out. */
function finished({ key, row, position }: Item, processors: OpenProcessors, dropped: readonly string[], options: RunOptions): RunOutcome {
  const applied = applyProcessors(row, processors, { seed: options.seed, rowKey: key })
  if ('error' in applied) {
    const failure = failureOf('', key, applied.error, options.signal)
    return { failure: { ...failure, column: null, at: `processor '${applied.processor}', row ${key}` }, position }
  }
  const stored = (made: Row) => (options.mode.compat ? keptObject(made) : made)
  const artifacts = Object.entries(applied.artifacts).map(([name, made]) => [name, { ...stored(made), ...options.mark }])
  const accepted = options.accepts?.(row) ?? true
  const kept = stored(withoutColumns(applied.row, dropped))
  const left = options.keepsDropped ? withoutColumns(row, Object.keys(kept)) : {}
  if (Object.keys(left).length > 0) artifacts.push([DROPPED, { ...stored(left), ...options.mark }])
  return {
    key,
    row: { ...kept, ...options.mark },
    artifacts: Object.fromEntries(artifacts),
    position,
    accepted,
  }
}

async function* numbered(
  seed: AsyncIterable<Outcome & { key?: string }>,
  first: number,
  only: ReadonlySet<string> | null,
): AsyncIterable<Passed> {
  let position = first
  for await (const outcome of seed) {
    if ('row' in outcome) {
      const key = outcome.key ?? String(position)
      if (only === null || only.has(key)) yield { key, row: outcome.row, position, skipped: new Set() }
    } else if (only === null) {
      const { at, reason, skipped } = outcome.reject
      yield { failure: { column: null, row: null, at, reason, kind: skipped ? 'skipped' : 'seed', failure: null, attempts: 1 }, position }
    }
    position++
  }
}

/** Columns that keep the number of rows run together in one stage; one that changes it, or needs all rows, is a stage of its own. */
function stages(plan: Plan, options: RunOptions): Stage[] {
  const result: Stage[] = []
  let together: OpenColumn[] = []
  const flush = () => {
    const columns = together
    if (columns.length > 0) result.push(items => orderedMap(items, options.width, item => fillRow(item, columns, options)))
    together = []
  }
  for (const config of plan.columns) {
    const skipWhen = config.skip === null ? null : rowCondition(config.skip.when, `column '${config.name}', skip.when`, options.mode)
    const column = { config, generator: config.open(options.mode), reads: dependenciesOf(config), skipWhen }
    if (column.generator.kind === 'table') {
      flush()
      result.push(items => wholeTable(items, column, options))
    } else if (config.allowResize) {
      flush()
      result.push(items => flat(orderedMap(items, options.width, item => resizeRow(item, column, options))))
    } else together.push(column)
  }
  flush()
  return result
}

/** Fill in several columns of one row. A cell starts as soon as the cells it reads are there. */
async function fillRow(item: Passed, columns: OpenColumn[], options: RunOptions): Promise<Passed> {
  if ('failure' in item) return item
  const row: Row = { ...item.row }
  const skipped = new Set(item.skipped)
  const cells = new Map<string, Promise<void>>()
  const failures: (Failure | undefined)[] = []
  for (const [place, column] of columns.entries()) {
    const { config, generator, reads } = column
    const upstream = reads.flatMap(name => cells.get(name) ?? [])
    const compute = async (): Promise<void> => {
      await Promise.all(upstream)
      if (failures.length > 0) return
      // A cell sees what it says it reads: whatever else happens to be there already is a matter of timing.
      const seen: Row = { ...item.row }
      for (const name of reads) if (Object.hasOwn(row, name)) setOwn(seen, name, row[name]!)
      try {
        if (isSkipped(column, seen, skipped)) {
          addOwn(row, skippedCells(config))
          for (const name of [config.name, ...config.sideEffectColumns]) skipped.add(name)
          return
        }
        const [made] = generator.kind === 'row' ? await around(config, item.key, options, context => generator.generate(seen, context)) : []
        for (const name of [config.name, ...config.sideEffectColumns]) setOwn(row, name, (made && ownValue(made, name)) ?? null)
        options.onCell?.(config.name, true, item.key)
      } catch (error) {
        failures[place] = failed(config.name, item.key, error, options)
      }
    }
    const cell = compute()
    for (const name of [config.name, ...config.sideEffectColumns]) cells.set(name, cell)
  }
  await Promise.all(cells.values())
  const failure = failures.find(each => each !== undefined)
  return failure === undefined ? { ...item, row: inOrder(row, item.row, columns), skipped } : { failure, position: item.position }
}

/** Whether a cell is skipped, by its condition or with what it reads. A row that the condition cannot judge is not worth a call: it skips. */
function isSkipped({ config, reads, skipWhen }: OpenColumn, row: Row, skipped: ReadonlySet<string>): boolean {
  return (config.propagateSkip && reads.some(name => skipped.has(name))) || (skipWhen !== null && skipWhen(row) !== false)
}

function skippedCells(config: ColumnConfig): Row {
  return { ...Object.fromEntries(config.sideEffectColumns.map(name => [name, null])), [config.name]: config.skip?.value ?? null }
}

/** Make any number of rows of one. */
async function resizeRow(item: Passed, { config, generator }: OpenColumn, options: RunOptions): Promise<Passed[]> {
  if ('failure' in item) return [item]
  try {
    const rows = generator.kind === 'row' ? await around(config, item.key, options, context => generator.generate(item.row, context)) : []
    options.onCell?.(config.name, true, item.key)
    return rows.map((row, i) => ({ ...item, key: `${item.key}.${i}`, row }))
  } catch (error) {
    return [{ failure: failed(config.name, item.key, error, options), position: item.position }]
  }
}

/** Wait for all rows and hand them over together; a run that was stopped has not all of them. Rows that are skipped keep their places. */
async function* wholeTable(items: AsyncIterable<Passed>, column: OpenColumn, options: RunOptions): AsyncIterable<Passed> {
  const { config, generator } = column
  const arrived = await Array.fromAsync(items)
  const isSkippedItem = (item: Item) => !config.allowResize && isSkipped(column, item.row, item.skipped)
  const waiting = arrived.filter(item => 'row' in item).filter(item => !isSkippedItem(item))
  // What became of each row that was not skipped; null where others took the place of them all.
  const results = new Map<Passed, Passed | null>(waiting.map(item => [item, null]))
  let resized: Passed[] = []
  if (options.signal.aborted) yield* arrived.filter(item => 'failure' in item)
  if (generator.kind !== 'table' || options.signal.aborted) return
  try {
    const before = waiting.map(item => item.row)
    const rows = before.length === 0 ? [] : await around(config, 'all', options, context => generator.generate(before, context))
    if (before.length > 0) options.onCell?.(config.name, true, 'all')
    if (rows.length === waiting.length) for (const [i, item] of waiting.entries()) results.set(item, { ...item, row: rows[i]! })
    else resized = rows.map((row, i) => ({ key: `all.${i}`, row, position: waiting.at(-1)!.position, skipped: new Set() }))
  } catch (error) {
    options.onCell?.(config.name, false, 'all')
    const asked = options.askedOf?.(config.name, 'all') ?? null
    for (const item of waiting)
      results.set(item, { failure: withAsked(failureOf(config.name, item.key, error, options.signal), asked), position: item.position })
  }
  for (const item of arrived) {
    const result = 'failure' in item ? item : results.get(item)
    if (result === undefined) yield skippedItem(item as Item, config)
    else if (result !== null) yield result
  }
  yield* resized
}

function skippedItem(item: Item, config: ColumnConfig): Item {
  const names = [config.name, ...config.sideEffectColumns]
  return { ...item, row: { ...item.row, ...skippedCells(config) }, skipped: new Set([...item.skipped, ...names]) }
}

/** Compute a cell, unless the run was stopped. */
async function around<T>(
  config: ColumnConfig,
  rowKey: string,
  options: RunOptions,
  compute: (context: CellContext) => Promise<T>,
): Promise<T> {
  const { signal, seed, aroundCell, pictures, conversation } = options
  await breathe()
  signal.throwIfAborted()
  const randomOf = (name: string) => new Random(seed, 'column', name, rowKey)
  const context = {
    rowKey,
    random: randomOf(config.name),
    randomOf,
    signal,
    ...(conversation === undefined ? {} : { conversation }),
    model: (alias: string) => options.model(alias, config.name, rowKey),
    tools: options.tools ?? noTools,
    ...(options.persons === undefined ? {} : { persons: options.persons }),
    ...(pictures === undefined ? {} : { pictures }),
  }
  return aroundCell === undefined ? compute(context) : aroundCell({ column: config.name, row: rowKey }, () => compute(context))
}

function noTools(alias: string): never {
  throw new TracewrightError('config', `Unknown tool alias '${alias}': nobody defined tools`)
}

function failed(column: string, row: string, error: unknown, options: RunOptions): Failure {
  const failure = failureOf(column, row, error, options.signal)
  if (failure.kind !== 'cancelled') options.onCell?.(column, false, row)
  return withAsked(failure, options.askedOf?.(column, row) ?? null)
}

function withAsked(failure: Failure, asked: Asked | null): Failure {
  return asked === null ? failure : { ...failure, asked }
}

/** Columns in the order of the plan, not in the order in which their cells happened to finish. */
function inOrder(row: Row, before: Row, columns: OpenColumn[]): Row {
  const names = [...Object.keys(before), ...columns.flatMap(({ config }) => [config.name, ...config.sideEffectColumns])]
  return Object.fromEntries(names.map(name => [name, ownValue(row, name) ?? null]))
}
