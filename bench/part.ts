// One measurement in a process of its own, so that its memory is its own. Prints one line of JSON. It measures what is shipped: dist/.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
/** What a part found. */
export type Measured = {
  seconds: number
  cpuSeconds: number
  rssMB: number
  bytes: number
  largestRowMB: number
  parsed: number
  readMB: number
}

const PARTS: { [name: string]: (path: string, folder: string) => Promise<Partial<Measured>> } = {
  /** Bare JSON.parse of every line, one thread: what nothing that reads every line can beat. */
  async floor(path) {
    let bytes = 0
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += parseLines(join(entry.parentPath, entry.name))
    return { bytes }
  },
  /** Rows as objects, in one thread: what a seed of logs is read with. */
  async rows(path) {
    let bytes = 0
    for await (const { ledger } of readAll(path)) bytes += ledger.bytes
    return { bytes }
  },
  /** The text of the largest row; not timed with the others. */
  async largest(path) {
    let largest = 0
    for await (const { outcomes } of readAll(path))
      for (const outcome of outcomes)
        if ('row' in outcome)
          largest = Math.max(
            largest,
            outcome.row.messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0),
          )
    return { largestRowMB: largest / 1e6 }
  },
  async store(path, folder) {
    const { ingestToStore } = await import('../dist/dataset/store/ingest.js')
    let bytes = 0
    const { parsed, bytesRead } = await ingestToStore({
      format: 'auto',
      path,
      folder: join(folder, 'store'),
      onUnit: ledger => void (bytes += ledger.bytes),
    })
    return { bytes, parsed, readMB: bytesRead / 1e6 }
  },
}

async function* readAll(path: string) {
  const { findUnits } = await import('../dist/rollout/find.js')
  const { readUnit } = await import('../dist/rollout/read.js')
  const { units } = await findUnits({ format: 'auto', path })
  for (const unit of units) yield await readUnit(unit, { branches: 'active', context: 'recorded' }, false)
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

const { compileLate, makeAllYoung } = await import('../dist/cli/engine.js')
makeAllYoung() // as the command line does
compileLate()

const [name, path, folder] = process.argv.slice(2)
const startedAt = performance.now()
const before = process.cpuUsage()
const measured = await PARTS[name!]!(path!, folder!)
const { user, system } = process.cpuUsage(before)
const seconds = (performance.now() - startedAt) / 1000
const rssMB = process.resourceUsage().maxRSS / 1024
console.log(
  JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, rssMB, bytes: 0, largestRowMB: 0, parsed: 0, readMB: 0, ...measured }),
)
