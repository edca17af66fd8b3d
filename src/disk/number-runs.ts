import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from './made-folders.ts'
import { writeAll } from './write-all.ts'

/**
 * Records of a few numbers, given back in order. Memory holds so many at most; the others lie in a file, in runs that are sorted each and merged
 * when they are read. The file is made when it is needed, and is taken away by `close`.
 */
export class NumberRuns {
  size = 0
  private readonly path: string
  private readonly width: number
  private readonly held: number
  private readonly runs: Run[] = []
  private buffer: Float64Array<ArrayBuffer>
  private used = 0
  private file: number | null = null

  constructor(path: string, { width, held = HELD }: { width: number; held?: number }) {
    this.path = path
    this.width = width
    this.held = Math.max(1, Math.floor(held / width))
    this.buffer = new Float64Array(Math.min(this.held, 1024) * width)
  }

  add(...record: readonly number[]): void {
    if (this.used === this.held) this.spill()
    if (this.used * this.width === this.buffer.length) this.grow()
    this.buffer.set(record, this.used++ * this.width)
    this.size++
  }

  /** All records, by their first number, then by the second, and so on. */
  *sorted(): Iterable<readonly number[]> {
    if (this.runs.length === 0) {
      this.sortBuffer()
      for (let i = 0; i < this.used; i++) yield [...this.buffer.subarray(i * this.width, (i + 1) * this.width)]
      return
    }
    this.spill()
    yield* merged(this.runs.map(run => this.recordsOf(run)))
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    rmSync(this.path, { force: true })
  }

  private spill(): void {
    if (this.used === 0) return
    this.sortBuffer()
    if (this.file === null) {
      makeFolder(dirname(this.path))
      this.file = openSync(this.path, 'w+', 0o600)
    }
    const start = this.runs.reduce((sum, { count }) => sum + count, 0)
    writeAll(this.file, Buffer.from(this.buffer.buffer, 0, this.used * this.width * 8))
    this.runs.push({ start, count: this.used })
    this.used = 0
  }

  private grow(): void {
    const larger = new Float64Array(Math.min(this.held * this.width, this.buffer.length * 2))
    larger.set(this.buffer)
    this.buffer = larger
  }

  private sortBuffer(): void {
    const { width, used, buffer } = this
    if (width === 1) {
      buffer.subarray(0, used).sort()
      return
    }
    const order = new Uint32Array(used).map((_, i) => i)
    order.sort((a, b) => {
      for (let i = 0; i < width; i++) {
        const [x, y] = [buffer[a * width + i]!, buffer[b * width + i]!]
        if (x !== y) return x < y ? -1 : 1
      }
      return 0
    })
    const sorted = new Float64Array(buffer.length)
    for (const [to, from] of order.entries()) sorted.set(buffer.subarray(from * width, (from + 1) * width), to * width)
    this.buffer = sorted
  }

  private *recordsOf({ start, count }: Run): Generator<readonly number[]> {
    const { width } = this
    const step = Math.max(1, Math.floor(Math.min(BLOCK, (this.held * width) / this.runs.length) / width))
    for (let at = 0; at < count; at += step) {
      const block = new Float64Array(Math.min(step, count - at) * width)
      readSync(this.file!, new Uint8Array(block.buffer), 0, block.byteLength, (start + at) * width * 8)
      for (let i = 0; i < block.length; i += width) yield [...block.subarray(i, i + width)]
    }
  }
}

/** How many records memory holds; some 64 MB of single numbers. */
const HELD = 8_388_608

/** Records are read back in blocks of so many numbers. */
const BLOCK = 8192

/** What lies in a file: records, and how many there are. */
type Run = { start: number; count: number }

/** Sorted runs as one, by a heap of their next records. */
function* merged(runs: readonly Generator<readonly number[]>[]): Iterable<readonly number[]> {
  const heap: { record: readonly number[]; rest: Generator<readonly number[]> }[] = []
  const sink = (from: number) => {
    for (let i = from; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && isBefore(heap[child]!.record, heap[least]!.record)) least = child
      if (least === i) return
      ;[heap[i], heap[least]] = [heap[least]!, heap[i]!]
      i = least
    }
  }
  for (const rest of runs) {
    const { value, done } = rest.next()
    if (done !== true) heap.push({ record: value, rest })
  }
  for (let i = heap.length >> 1; i >= 0; i--) sink(i)
  while (heap.length > 0) {
    const top = heap[0]!
    yield top.record
    const { value, done } = top.rest.next()
    if (done !== true) top.record = value
    else {
      const last = heap.pop()!
      if (heap.length === 0) return
      heap[0] = last
    }
    sink(0)
  }
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!
  return false
}
