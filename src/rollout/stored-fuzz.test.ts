import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TracewrightError } from '../errors.ts'
import type { ParseOptions } from './format.ts'
import { cellDamages } from './testing/cell-damages.ts'
import { expectAccounted } from './testing/expect-accounted.ts'
import { copyOf, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const RUNS = 60
const SLOWEST_MS = 3000

const formats = join(import.meta.dirname, 'formats')

/** Fixtures in which a database stands, by the format they are of. */
const stores = Map.groupBy(
  readdirSync(formats, { recursive: true, encoding: 'utf8' })
    .filter(path => path.includes(`${sep}fixtures${sep}`) && isDatabase(join(formats, path)))
    .sort(),
  path => path.split(sep)[0]!,
)

function isDatabase(path: string): boolean {
  return /\.(?:db|sqlite|vscdb)$/.test(path) && readFileSync(path).subarray(0, 15).toString('latin1') === 'SQLite format 3'
}

// A database is sound and what stands in it is not: values of other types, rows twice, columns and tables of other versions.
describe.each([...stores])('a store of %s', (folder, paths) => {
  it('whose cells, rows and columns are damaged is read to its end, with every record accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        cellDamages,
        fc.constantFrom<Partial<ParseOptions>>({}, { branches: 'all' }, { context: 'as_sent' }),
        async (path, plan, options) => {
          const logs = join(formats, path.slice(0, path.indexOf(`${sep}logs${sep}`) + 5))
          const root = copyOf(logs)
          const database = new DatabaseSync(join(root, path.slice(path.indexOf(`${sep}logs${sep}`) + 6)))
          try {
            database.exec('PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON')
            for (const damage of plan) damage.apply(database)
          } finally {
            database.close()
          }
          const started = performance.now()
          const format = folder.replaceAll('-', '_') as 'auto'
          const reading = await readLogs(root, { format, ...options, trace: true }).catch(refused)
          expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
          if (reading !== null) expectAccounted(reading)
          removeFolders()
        },
      ),
      { seed: 20261129, numRuns: RUNS },
    )
  }, 120_000)
})

/** A store can be changed past recognition: then there is nothing to read, and that is said. */
function refused(error: unknown): null {
  if (error instanceof TracewrightError) return null
  throw error
}

it('fixtures of stores are found', () => {
  expect([...stores.keys()]).toEqual(expect.arrayContaining(['crush', 'cursor', 'goose', 'opencode', 'zed']))
})
