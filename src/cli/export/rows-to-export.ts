import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codecFor } from '../../codec/codec-for.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { type Selectors, selects } from '../../dataset/selectors.ts'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import { outcomeColumn } from '../../training/outcome/outcome-columns.ts'
import { outcomesIn, writeOutcomes } from '../../training/outcome/outcome-file.ts'

/** Which rows of PATH are exported. */
export type RowsToExport = { where: string | undefined; select: Selectors; git: string | undefined }

/** Rows of a store, a run or a file, as far as they are asked for; their columns, where they are known before a row is read. */
export type FoundRows = { rows: AsyncIterable<Row>; columns: readonly string[] | null } & AsyncDisposable

/** Find the rows. A condition is understood, and a file seen to be there, before any is read. */
export async function rowsToExport(path: string, { where, select, git }: RowsToExport): Promise<FoundRows> {
  if (!existsSync(path))
    throw new TracewrightError('usage', `Cannot export '${path}': there is no such file or folder`, {
      hint: 'Name a store, a run or a file of rows; to make a store: tracewright ingest PATH -o DIR',
    })
  // Lines of JSON are read one by one: an engine would look for types they do not have.
  if (where === undefined && !selects(select) && statSync(path).isFile())
    return { rows: codecFor(path).read(path), columns: null, [Symbol.asyncDispose]: async () => {} }
  const plain = await openDataset(path, { select })
  const asked = where === undefined ? [] : outcomesIn(where, plain.columns)
  if (asked.length === 0) return found(plain, where)
  const folder = mkdtempSync(join(tmpdir(), 'outcomes-'))
  const leave = () => rmSync(folder, { recursive: true, force: true })
  try {
    await using before = plain
    const repository = asked.find(name => outcomeColumn(name)!.needsGit)
    if (repository !== undefined && git === undefined)
      throw new TracewrightError('usage', `Cannot ask for ${repository} without a repository`, { hint: 'Name it: --git DIR' })
    if (!before.columns.includes('trace_id'))
      throw new TracewrightError('usage', `Cannot ask for ${asked[0]} of rows without a trace_id`, {
        hint: 'Use --filter, which needs none',
      })
    const file = join(folder, 'outcomes.jsonl')
    const types = await writeOutcomes(before.rows(), file, { columns: asked, git })
    return await found(await openDataset(path, { select, beside: { file, types } }), where, leave)
  } catch (error) {
    leave()
    throw error
  }
}

async function found(dataset: Dataset, where: string | undefined, leave: () => void = () => {}): Promise<FoundRows> {
  const end = async () => {
    await dataset[Symbol.asyncDispose]()
    leave()
  }
  try {
    // The engine understands a condition, or not, when it is asked for no row.
    if (where !== undefined) await Array.fromAsync(dataset.rows({ where, limit: 0 }))
  } catch (error) {
    await end()
    throw error
  }
  return { rows: dataset.rows(where === undefined ? {} : { where }), columns: dataset.columns, [Symbol.asyncDispose]: end }
}
