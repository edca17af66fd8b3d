import { createHash } from 'node:crypto'
import { TracewrightError } from '../errors.ts'
import { refuse, refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { keptObject } from '../python/odd-value.ts'
import type { Row } from '../row.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'

/** Rows that are in memory already. Such a source cannot be written to a config file. */
export class RowsSeedSource implements SeedSource {
  readonly seedType = 'df'
  private readonly rows: readonly Row[]

  constructor(options: {
    /** The rows, in their order. */
    rows: readonly Row[]
  }) {
    refuseUnknownOptions(options, ['rows'], 'RowsSeedSource')
    if (!Array.isArray(options.rows) || !options.rows.every(isObject))
      refuse(
        `rows: found ${Array.isArray(options.rows) ? 'something else among them' : typeof options.rows}, expected a list of objects`,
        'RowsSeedSource',
      )
    this.rows = options.rows
  }

  get columns(): readonly string[] {
    return [...new Set(this.rows.flatMap(Object.keys))]
  }

  async open(): Promise<OpenSeed> {
    return this.reading(row => keptObject({ ...row }))
  }

  /** Open it to be read as Data Designer reads it: what is not a number is `nan` until the row is finished. */
  async openAsDataDesigner(): Promise<OpenSeed> {
    return this.reading(row => ({ ...row }))
  }

  private reading(given: (row: Row) => Row): OpenSeed {
    return {
      columns: this.columns,
      size: this.rows.length,
      place: 'rows in memory',
      files: [],
      isOneRowEach: true,
      read: async index => [{ row: given(this.rows[index]!) }],
      close: () => {},
    }
  }

  /** Hash of the rows, to tell whether they are the same another time. */
  fingerprint(): string {
    const hash = createHash('sha256')
    for (const row of this.rows) hash.update(`${writeJson(row)}\n`)
    return hash.digest('hex')
  }

  toJSON(): JsonObject {
    throw new TracewrightError('config', 'Cannot write a config with rows in memory: they have no place to be read from again', {
      hint: 'Write the rows to a file and use LocalFileSeedSource',
    })
  }
}

/** Rows in memory under the name that Data Designer has for them: `df` is a list of rows. */
export class DataFrameSeedSource extends RowsSeedSource {
  constructor(options: {
    /** The rows, in their order. */
    df: readonly Row[]
  }) {
    refuseUnknownOptions(options, ['df'], 'DataFrameSeedSource')
    super({ rows: options.df })
  }
}

export const rows = defineSeed({
  name: 'df',
  description: 'Rows in memory; for code, not for config files',
  fields: {},
  fromJSON: () => {
    throw new TracewrightError('config', "Cannot load a seed of type 'df': its rows were in memory", {
      where: 'seed_config.source',
      hint: 'Use a file',
    })
  },
  example: null,
})
