// One reading of rows in a process of its own, so that its memory is its own. Prints one line of JSON. It measures what is shipped: dist/.
import { readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataset } from '../dist/dataset/open-dataset.js'
import { DatasetSeedSource } from '../dist/seed/dataset.js'
import { drawRows } from '../dist/seed/draw.js'
import { LocalFileSeedSource } from '../dist/seed/file.js'
import type { SeedSource } from '../dist/seed/seed.js'

/** What a reading took. */
export type Reading = { seconds: number; rssMB: number; rows: number; temporaryMB: number }

type Read = (path: string, memoryMB: number) => Promise<number>

const READS: { [name: string]: Read } = {
  async filter(path, memoryMB) {
    await using dataset = await openDataset(path, { memoryMB })
    const where = { source_kind: 'claude_code', message_count: { gt: 10 } }
    return await drained(dataset.rows({ where, columns: ['trace_id', 'final_assistant_message'], limit: 100 }))
  },
  async query(path, memoryMB) {
    await using dataset = await openDataset(path, { memoryMB })
    return await drained(dataset.stream('SELECT project_path, count(*) AS n, sum(message_count) AS m FROM rows GROUP BY 1 ORDER BY 2 DESC'))
  },
  async page(path, memoryMB) {
    await using dataset = await openDataset(path, { memoryMB })
    const rows = await dataset.page(Math.floor((await dataset.count()) / 2), 20)
    return rows.length
  },
  async all(path, memoryMB) {
    await using dataset = await openDataset(path, { memoryMB })
    return await drained(dataset.rows())
  },
  async order(path, memoryMB) {
    await using dataset = await openDataset(path, { memoryMB })
    return await drained(dataset.rows({ orderBy: '-trace_id' }))
  },
  some: path => drawn(new DatasetSeedSource({ path }), 100),
  shuffle: path => drawn(new DatasetSeedSource({ path }), Number.MAX_SAFE_INTEGER),
  local: path => drawn(new LocalFileSeedSource({ path }), Number.MAX_SAFE_INTEGER),
}

async function drained(rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of rows) count++
  return count
}

async function drawn(source: SeedSource, count: number): Promise<number> {
  const seed = await source.open()
  try {
    const rows = await drained(drawRows(seed, { seed: 1, count, cycle: false, strategy: 'shuffle' }))
    temporaryMB = Math.max(temporaryMB, temporaryNow())
    return rows
  } finally {
    seed.close()
  }
}

let temporaryMB = 0

/** Megabytes that rows set aside take now. */
function temporaryNow(): number {
  const folders = readdirSync(tmpdir()).filter(name => name.startsWith('tracewright-rows-'))
  const sizes = folders.flatMap(folder => readdirSync(join(tmpdir(), folder)).map(name => statSync(join(tmpdir(), folder, name)).size))
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6
}

const [name, path, memoryMB] = process.argv.slice(2)
const startedAt = performance.now()
const rows = await READS[name!]!(path!, Number(memoryMB))
const seconds = (performance.now() - startedAt) / 1000
const reading: Reading = { seconds, rssMB: process.resourceUsage().maxRSS / 1024, rows, temporaryMB }
console.log(JSON.stringify(reading))
