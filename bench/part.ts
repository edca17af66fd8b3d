// One measurement in a process of its own, so that its memory is its own. Prints one line of JSON. It measures what is shipped: dist/.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { ExpressionColumnConfig } from '../dist/column/expression.js'
import { ingestToStore } from '../dist/dataset/store-ingest.js'
import { stageUnits } from '../dist/dataset/store-pool.js'
import { DataDesignerConfigBuilder } from '../dist/pipeline/builder.js'
import { DataDesigner } from '../dist/pipeline/data-designer.js'
import { findUnits } from '../dist/rollout/find.js'
import { ROLLOUT_STORE_TYPES } from '../dist/rollout/store-types.js'
import { AgentRolloutSeedSource } from '../dist/seed/rollouts.js'

/** What a part found. */
export type Measured = { seconds: number; cpuSeconds: number; rssMB: number; bytes: number; largestRowMB: number; parsed: number }

const PARTS: { [name: string]: (path: string, folder: string) => Promise<Partial<Measured>> } = {
  /** Bare JSON.parse of every line, one thread: what nothing that reads every line can beat. */
  async floor(path) {
    let bytes = 0
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += parseLines(join(entry.parentPath, entry.name))
    return { bytes }
  },
  async rows(path, folder) {
    const { units } = await findUnits({ format: 'auto', path })
    const options = {
      parse: { branches: 'active', context: 'recorded' },
      compat: false,
      recursive: true,
      types: ROLLOUT_STORE_TYPES,
    } as const
    let [bytes, largest] = [0, 0]
    for await (const { staged } of stageUnits(units, options, { folder })) {
      bytes += staged.ledger.bytes
      for (const { length } of staged.rows) largest = Math.max(largest, length)
    }
    return { bytes, largestRowMB: largest / 1e6 }
  },
  async store(path, folder) {
    let bytes = 0
    const { parsed } = await ingestToStore({
      format: 'auto',
      path,
      folder: join(folder, 'store'),
      onUnit: ledger => void (bytes += ledger.bytes),
    })
    return { bytes, parsed }
  },
  async preview(path) {
    const config = new DataDesignerConfigBuilder()
    config.withSeedDataset(new AgentRolloutSeedSource({ format: 'claude_code', path }))
    config.addColumn(new ExpressionColumnConfig({ name: 'first', expr: '{{ messages | first }}' }))
    await new DataDesigner().preview(config, { numRecords: 3 })
    return {}
  },
}

function parseLines(path: string): number {
  const file = openSync(path, 'r')
  let rest = Buffer.alloc(0)
  let bytes = 0
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(1 << 20)
    const length = readSync(file, chunk, 0, chunk.length, null)
    if (length === 0) break
    bytes += length
    const text = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)])
    let from = 0
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, from)) {
      parse(text.toString('utf8', from, at))
      from = at + 1
    }
    rest = text.subarray(from)
  }
  closeSync(file)
  return bytes
}

function parse(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    // A damaged line costs what it costs.
  }
}

const [name, path, folder] = process.argv.slice(2)
const startedAt = performance.now()
const before = process.cpuUsage()
const measured = await PARTS[name!]!(path!, folder!)
const { user, system } = process.cpuUsage(before)
const seconds = (performance.now() - startedAt) / 1000
const rssMB = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, rssMB, bytes: 0, largestRowMB: 0, parsed: 0, ...measured }))
