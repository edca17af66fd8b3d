import { openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { confine } from '../../codec/confine.ts'
import { openDatabase } from '../../codec/duckdb.ts'
import { linesOf } from '../../codec/jsonl.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { conditionError, queryError } from '../../dataset/query-error.ts'
import { closingFile } from '../../disk/closing-file.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { writeAll } from '../../disk/write-all.ts'
import { TracewrightError } from '../../errors.ts'
import { readJson, writeJson } from '../../json/exact.ts'
import { isObject } from '../../json/json.ts'
import type { Outcome, Row } from '../../row.ts'
import { OUTCOME_COLUMNS } from '../outcome/outcome-columns.ts'
import { outcomesIn, writeOutcomes } from '../outcome/outcome-file.ts'
import type { Scratch } from '../scratch/scratch.ts'

/**
 * Rows that meet a condition in SQL over their columns and the outcomes, in their order, with the rejects before them. All are kept in a file
 * first, for an engine needs them whole; what it finds are their numbers alone, so that rows go on as they came.
 */
export async function* rowsWhere(
  outcomes: AsyncIterable<Outcome>,
  where: string,
  { scratch, git }: { scratch: Scratch; git?: string | undefined },
): AsyncIterable<Outcome> {
  const folder = scratch.path('where')
  makeFolder(folder)
  const runs = scratch.runs(1)
  try {
    const path = join(folder, 'rows.jsonl')
    const file = openSync(path, 'w', 0o600)
    let size = 0
    {
      using _file = closingFile(file)
      for await (const outcome of outcomes) {
        if ('reject' in outcome || !isObject(outcome.row)) yield outcome
        else writeAll(file, Buffer.from(`${writeJson({ ...outcome.row, [NUMBER]: size++ })}\n`))
      }
    }
    if (size > 0) for await (const number of numbersWhere(path, where, { folder, git })) runs.add(number)
    yield* rowsByNumber(path, runs.sorted())
  } finally {
    runs[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
    scratch.leave()
  }
}

/** What the number of a row is called in the file: no column of the user's. */
const NUMBER = 'number of the row\u001f'

/** Throws where a condition is no SQL. Whether there are the columns that it names is known when there are rows. */
export async function checkWhere(where: string): Promise<void> {
  const database = await openDatabase({ memoryMB: 64, threads: 1 })
  try {
    using _database = database
    await confine(database, [])
    await database.connection.prepare(`SELECT 1 FROM (SELECT 1) AS rows WHERE (${where})`)
  } catch (error) {
    if (!/^Binder Error/.test((error as Error).message)) throw conditionError(where, queryError(where, error))
  }
}

/** Throws where outcomes are asked for that only a repository tells. */
function refuseWithoutGit(asked: readonly (keyof typeof OUTCOME_COLUMNS)[], git: string | undefined): void {
  const repository = asked.find(name => OUTCOME_COLUMNS[name].needsGit)
  if (repository !== undefined && git === undefined)
    throw new TracewrightError('usage', `Cannot ask for ${repository} without a repository`, { hint: 'Name it: --git DIR' })
}

async function* numbersWhere(
  path: string,
  where: string,
  { folder, git }: { folder: string; git: string | undefined },
): AsyncIterable<number> {
  await using plain = await openDataset(path)
  const asked = outcomesIn(where, plain.columns)
  const file = join(folder, 'outcomes.jsonl')
  refuseWithoutGit(asked, git)
  const beside = asked.length === 0 ? null : { file, types: await writeOutcomes(linesAsRows(path), file, { columns: asked, git }) }
  await using dataset = await openDataset(path, { isConfined: true, ...(beside === null ? {} : { beside }) })
  for await (const row of dataset.rows({ where, columns: [NUMBER] })) yield Number(row[NUMBER])
}

async function* linesAsRows(path: string): AsyncIterable<Row> {
  for await (const line of linesOf(path)) if (line !== '') yield readJson(line) as Row
}

async function* rowsByNumber(path: string, numbers: Iterable<readonly number[]>): AsyncIterable<Outcome> {
  const wanted = numbers[Symbol.iterator]()
  let next = wanted.next()
  for await (const read of linesAsRows(path)) {
    if (next.done === true) return
    const { [NUMBER]: number, ...row } = read
    if (number !== next.value[0]) continue
    yield { row }
    next = wanted.next()
  }
}
