import type { RowFile } from '../codec/codec.ts'
import { TracewrightError } from '../errors.ts'
import type { OpenSeed } from './seed.ts'

/** Rows that are read by number, as a seed: each of them is one thing. Lets go of them where there are none, and says so. */
export function seedOfRows(rows: RowFile, place: string): OpenSeed {
  if (rows.size === 0) {
    rows.close()
    throw new TracewrightError('seed', `Cannot read seed: '${place}' has no rows`)
  }
  return {
    columns: rows.columns,
    size: rows.size,
    place,
    isOneRowEach: true,
    read: async index => [{ row: await rows.read(index) }],
    expect: (reads, of) => rows.expect?.(reads / of),
    close: () => rows.close(),
  }
}
