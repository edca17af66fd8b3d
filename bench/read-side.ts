// Measures reading a store that is larger than the memory it may be read in.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonl } from '../dist/codec/jsonl.js'
import { openDataset } from '../dist/dataset/open-dataset.js'
import { ingestToStore } from '../dist/dataset/store/ingest.js'
import { writeClaudeSession } from './generate.ts'
import type { Reading } from './read-part.ts'

/** One line of the table: what was done, how long it took, and memory against the limit the engine was given. */
export type ReadSide = { work: string; time: string; peakMemory: string; limit: string; temporary: string }

const SESSION_BYTES = 300_000
const ROWS_PER_FILE = 1000
const mb = (n: number) => `${Math.round(n)} MB`

const PARTS: readonly (readonly [name: string, on: 'store' | 'lines', work: string])[] = [
  ['page', 'store', 'a page of 20 from the middle'],
  ['filter', 'store', 'filter, two columns, 100 rows'],
  ['query', 'store', 'group by and count'],
  ['all', 'store', 'all rows in order'],
  ['order', 'store', 'all rows by `orderBy`'],
  ['some', 'store', '100 rows, shuffled'],
  ['shuffle', 'store', 'all rows, shuffled'],
  ['local', 'lines', 'all rows of files of JSON Lines, shuffled'],
]

/** Make a store of so many megabytes of rows as JSON, and read it in every way with a limit of `memoryMB` for the engine. */
export async function benchReadSide(setMB: number, memoryMB: number): Promise<ReadSide[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-read-'))
  try {
    const store = join(folder, 'store')
    const bytes = await makeStore(folder, store, setMB * 1e6)
    return PARTS.map(([name, on, what]) => {
      const { seconds, rssMB, rows, temporaryMB } = read(name, on === 'store' ? store : join(folder, 'lines', '*.jsonl'), memoryMB)
      const set = on === 'store' ? `store of ${mb(bytes.rows / 1e6)} of rows, ${mb(bytes.stored / 1e6)} of Parquet` : 'the same rows'
      return {
        work: `${what} (${rows.toLocaleString('en-US')} rows; ${set})`,
        time: `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`,
        peakMemory: mb(rssMB),
        limit: mb(memoryMB),
        temporary: mb(temporaryMB),
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function read(part: string, path: string, memoryMB: number): Reading {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'read-part.ts'), part, path, String(memoryMB)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`${part} over ${path}: ${stderr}`)
  return JSON.parse(stdout) as Reading
}

/** As many sessions as make a set so large; the lines are what the store gives back. */
async function makeStore(folder: string, store: string, bytes: number): Promise<{ rows: number; stored: number }> {
  const logs = join(folder, 'logs')
  // A row takes about half of what its log takes.
  for (let i = 0; i * SESSION_BYTES * 0.5 < bytes; i++)
    writeClaudeSession(
      join(logs, `-repo-${i % 50}`, `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`),
      SESSION_BYTES,
      i,
    )
  await ingestToStore({ format: 'claude_code', path: logs, folder: store })
  rmSync(logs, { recursive: true })
  await using dataset = await openDataset(store)
  mkdirSync(join(folder, 'lines'))
  let [total, number, writer] = [0, 0, null as ReturnType<typeof jsonl.write> | null]
  for await (const row of dataset.rows()) {
    writer ??= jsonl.write(join(folder, 'lines', `${String(number).padStart(9, '0')}.jsonl`))
    total += await writer.write(row)
    if (++number % ROWS_PER_FILE === 0) {
      await writer.close()
      writer = null
    }
  }
  await writer?.close()
  const files = readdirSync(join(store, 'rows')).map(name => statSync(join(store, 'rows', name)).size)
  return { rows: total, stored: files.reduce((sum, size) => sum + size, 0) }
}
