import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { changedPrototypes } from '../../test/hostile/frozen-prototypes.ts'
import { TracewrightError } from '../errors.ts'
import { isObject, parseJson } from '../json/json.ts'
import type { ParseOptions } from './format.ts'
import * as formats from './formats.ts'
import { type Damage, damages } from './testing/damages.ts'
import { expectAccounted } from './testing/expect-accounted.ts'
import { folderWith, type Reading, readLogs, removeFolders } from './testing/read-logs.ts'

const RUNS = 150
const SLOWEST_MS = 3000

/** Why a whole record may still be refused. */
const OF_NO_USE = new Set(['nested too deep', 'no message content'])

afterAll(removeFolders, 600_000)
afterAll(() => expect(changedPrototypes()).toEqual([]))

// Fixtures of every format, damaged in every way that is seen in the wild and some that are not.
for (const format of Object.values(formats)) {
  const fixtures = join(import.meta.dirname, 'formats', format.name.replaceAll('_', '-'), 'fixtures')
  const cases = new Map(readdirSync(fixtures).map(name => [name, filesBelow(join(fixtures, name, 'logs'))]))

  describe(format.name, () => {
    it('reads damaged logs to their end, accounts for every record and keeps every whole one', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...cases.keys()),
          fc.nat(),
          damages,
          fc.constantFrom<Partial<ParseOptions>>({}, { branches: 'all' }, { context: 'as_sent' }),
          async (name, pick, plan, options) => {
            const files = cases.get(name)!
            const { path, content } = damaged(files, pick, plan)
            const started = performance.now()
            const root = folderWith({ ...files, [path]: content })
            const reading = await readLogs(root, { format: format.name, ...options, trace: true }).catch(expected)
            expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
            if (reading !== null) expectFaithful(reading, path, content)
            removeFolders() // thousands of them at the end would take a minute where the machine is busy
          },
        ),
        { seed: 20261123, numRuns: RUNS },
      )
    }, 60_000)
  })
}

/** The files of a folder, by their paths in it. */
function filesBelow(root: string): { [path: string]: Buffer } {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(root, path)).isFile())
  return Object.fromEntries(paths.sort().map(path => [path, readFileSync(join(root, path))]))
}

function damaged(files: { [path: string]: Buffer }, pick: number, plan: readonly Damage[]) {
  const paths = Object.keys(files)
  const path = paths[pick % paths.length]!
  return { path, content: plan.reduce((bytes, damage) => damage.apply(bytes), files[path]!) }
}

/** A file can be damaged past recognition: then the folder may hold nothing to read, and that is said. */
function expected(error: unknown): null {
  if (error instanceof TracewrightError) return null
  throw error
}

function expectFaithful(reading: Reading, path: string, content: Buffer): void {
  expectAccounted(reading)
  if (!path.endsWith('.jsonl')) return
  const fates = reading.units.flatMap(unit => unit.fates).filter(({ file }) => file === path)
  if (fates.length === 0) return
  const read = new Set(fates.filter(({ bucket, reason }) => bucket !== 'unparsed' || OF_NO_USE.has(reason ?? '')).map(({ line }) => line))
  for (const line of wholeLines(content)) expect(read, `line ${line} of ${path}`).toContain(line)
}

/** Numbers of the lines that hold one whole record. */
function wholeLines(content: Buffer): number[] {
  const lines = content.toString('utf8').split('\n')
  return lines.flatMap((text, i) => (isObject(parseJson(text.replace(/^\uFEFF/, ''))) ? [i + 1] : []))
}
