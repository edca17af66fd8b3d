import { openRowFiles } from '../codec/rows-by-number.ts'
import { filesOf } from '../dataset/dataset-files.ts'
import { labelColumns, labelTypes } from '../dataset/label-columns.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import type { Where } from '../dataset/query.ts'
import { runAround } from '../dataset/run/run-around.ts'
import { selectorOf } from '../dataset/select.ts'
import { type Selectors, selects } from '../dataset/selectors.ts'
import { TracewrightError } from '../errors.ts'
import { type Fields, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { placeFrom } from './place.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'
import { selectAt } from './select-fields.ts'

/** Rows of a dataset on disk: a store that `ingest` made, a folder of Parquet files, or one file. Only rows that are asked for are read. */
export class DatasetSeedSource implements SeedSource {
  readonly seedType = 'dataset'
  readonly columns = null
  /** Where it is. */
  readonly path: string
  /** Only these rows, as SQL or as a predicate; null: all. */
  readonly where: Where | null
  /** Which sessions; null: all. */
  readonly select: Selectors | null

  /** `where`: only these rows, as SQL or as a predicate; `select`: only these sessions. */
  constructor(options: Pick<DatasetSeedSource, 'path'> & Partial<Pick<DatasetSeedSource, 'where' | 'select'>>) {
    refuseUnknownOptions(options, ['path', 'where', 'select'], 'DatasetSeedSource')
    this.path = options.path
    this.where = options.where ?? null
    this.select = selects(options.select) ? options.select : null
    if (this.select !== null) selectorOf(this.select)
  }

  async open(base: string | null = null): Promise<OpenSeed> {
    const path = placeFrom(base, this.path)
    const { files, types, counts, store } = filesOf(path)
    const labelled = labelColumns(store?.folder ?? null)
    const numbers = this.where === null && this.select === null ? null : await this.matching(path)
    const rows = await openRowFiles(files, { types, counts })
    const size = numbers?.length ?? rows.size
    if (size === 0) {
      rows.close()
      throw new TracewrightError('seed', `Cannot read seed: no row of '${path}' ${numbers === null ? 'is there' : 'meets the condition'}`)
    }
    return {
      columns: [
        ...(types === null ? rows.columns : Object.keys(types)),
        ...(labelled === null ? [] : Object.keys(labelTypes(store?.folder ?? null)!)),
      ],
      size,
      place: this.path,
      files,
      run: runAround(path),
      isOneRowEach: true,
      async read(index) {
        const row = await rows.read(numbers?.[index] ?? index)
        return [{ row: labelled?.(row) ?? row }]
      },
      // Under a condition, so many of the rows that meet it are so many of all.
      expect: (reads, of) => rows.expect?.((reads / of) * (size / rows.size)),
      close: () => rows.close(),
    }
  }

  toJSON(): JsonObject {
    return {
      seed_type: this.seedType,
      path: this.path,
      ...(this.where === null ? {} : { where: this.where as string | JsonObject }),
      ...(this.select === null ? {} : { select: this.select as JsonObject }),
    }
  }

  /** Numbers of the rows that meet the condition: all that is held of them. */
  private async matching(path: string): Promise<Float64Array> {
    await using dataset = await openDataset(path, { memoryMB: MEMORY_MB, isConfined: true, select: this.select ?? {} })
    const numbers: number[] = []
    for await (const number of dataset.numbers(this.where === null ? {} : { where: this.where })) numbers.push(number)
    return Float64Array.from(numbers).sort()
  }
}

/** What the engine may hold while it looks for rows. */
const MEMORY_MB = 512

const FIELDS: Fields = {
  seed_type: ['text', '', 'which kind of seed'],
  path: ['text', '', 'store, run, folder of Parquet files, or a file'],
  where: ['SQL or a predicate', 'all rows', 'only rows that meet a condition; see [stores](store.md#from-code)'],
  select: ['object', 'all rows', 'only sessions that meet selectors; see [seeds](seeds.md)'],
}

export const dataset = defineSeed({
  name: 'dataset',
  description: 'Rows of a store that ingest made, or of a folder of Parquet files; `where` and `select` take a part',
  fields: FIELDS,
  fromJSON: config => {
    const where = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, where)
    const condition = config['where'] ?? null
    if (condition !== null && typeof condition !== 'string' && !isObject(condition))
      refuse(`where: found ${writeJson(condition)}, expected SQL or a predicate`, where)
    return new DatasetSeedSource({
      path: requiredStringAt(config, 'path', where),
      where: condition as Where | null,
      select: selectAt(config, where),
    })
  },
  example: {
    files: { 'rows.jsonl': '{"id":"a","n":1}\n{"id":"b","n":2}\n' },
    needs: { path: 'rows.jsonl' },
    more: { where: 'n > 1' },
    rows: [{ id: 'b', n: 2 }],
  },
})
