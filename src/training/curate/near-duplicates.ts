import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { writeAll } from '../../disk/write-all.ts'
import { DisjointSets } from './disjoint-sets.ts'
import { SKETCH_SIZE, type Sketch, similarity } from './minhash.ts'
import { mixed } from './words.ts'

/** So many sketches are held at a time, some 16 MB; all of them lie in a file. */
const HELD = 16_384

/** With so many rows of a bucket each one is compared. */
const COMPARED = 64

/**
 * Finds rows whose sketches share more than a threshold. Sketches and what they are sorted by lie on disk: memory holds one band of all
 * rows, eight bytes a row.
 */
export class NearDuplicates {
  private readonly threshold: number
  private readonly folder: string
  private readonly bands: { size: number; files: number[]; buffers: Buffer[]; used: number }
  private readonly sketches: number
  private readonly held = new Map<number, Sketch>()
  private readonly numbers: number[] = []

  /** `folder` is made, and is taken away by `close`. */
  constructor(folder: string, threshold: number) {
    this.threshold = threshold
    this.folder = folder
    makeFolder(folder)
    const size = bandSize(threshold)
    const count = Math.floor(SKETCH_SIZE / size)
    const files = Array.from({ length: count }, (_, i) => openSync(join(folder, `band-${i}`), 'w+'))
    this.bands = { size, files, buffers: files.map(() => Buffer.alloc(BLOCK)), used: 0 }
    this.sketches = openSync(join(folder, 'sketches'), 'w+')
  }

  /** Enter a row by its number. */
  add(number: number, sketch: Sketch): void {
    const { size, buffers } = this.bands
    if (this.bands.used === BLOCK) this.flush()
    for (const [band, buffer] of buffers.entries()) {
      let hash = band
      for (let i = band * size; i < (band + 1) * size; i++) hash = mixed(hash ^ sketch[i]!)
      buffer.writeUInt32LE(hash, this.bands.used)
    }
    this.bands.used += 4
    writeAll(this.sketches, Buffer.from(sketch.buffer, sketch.byteOffset, sketch.byteLength))
    this.numbers.push(number)
  }

  /** Sets of rows that are near-duplicates of each other, by number; sets of one are left out. */
  groups(): number[][] {
    this.flush()
    const sets = new DisjointSets()
    const rows = this.numbers.length
    const keys = new Float64Array(rows)
    const block = Buffer.alloc(rows * 4)
    for (const file of this.bands.files) {
      readSync(file, block, 0, block.length, 0)
      for (let i = 0; i < rows; i++) keys[i] = (block.readUInt32LE(i * 4) >>> 4) * ROWS + i
      keys.sort()
      for (let from = 0, to = 0; from < rows; from = to) {
        const hash = Math.floor(keys[from]! / ROWS)
        while (to < rows && Math.floor(keys[to]! / ROWS) === hash) to++
        if (to - from > 1) this.compare(keys.subarray(from, to), sets)
      }
    }
    return sets
      .groups(rows)
      .filter(group => group.length > 1)
      .map(group => group.map(i => this.numbers[i]!))
  }

  /** Whether two rows that were entered are near-duplicates of each other, not of a third one alone. */
  areNear(a: number, b: number): boolean {
    return similarity(this.sketchOf(this.rowOf(a)), this.sketchOf(this.rowOf(b))) >= this.threshold
  }

  /** Take the files away. */
  close(): void {
    for (const file of [...this.bands.files, this.sketches]) closeSync(file)
    rmSync(this.folder, { recursive: true, force: true })
  }

  private compare(bucket: Float64Array, sets: DisjointSets): void {
    const known: number[] = []
    for (const key of bucket) {
      const row = key % ROWS
      let isKnown = false
      for (const other of known) {
        if (sets.find(other) === sets.find(row)) isKnown = true
        else if (similarity(this.sketchOf(row), this.sketchOf(other)) >= this.threshold) sets.join(row, other)
      }
      if (!isKnown && known.length < COMPARED) known.push(row)
    }
  }

  /** Numbers were entered in order. */
  private rowOf(number: number): number {
    let [low, high] = [0, this.numbers.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.numbers[middle]! < number) low = middle + 1
      else high = middle
    }
    return low
  }

  private sketchOf(row: number): Sketch {
    const found = this.held.get(row)
    if (found !== undefined) return found
    const sketch = new Uint32Array(SKETCH_SIZE)
    readSync(this.sketches, new Uint8Array(sketch.buffer), 0, sketch.byteLength, row * sketch.byteLength)
    if (this.held.size >= HELD) this.held.delete(this.held.keys().next().value!)
    this.held.set(row, sketch)
    return sketch
  }

  private flush(): void {
    for (const [i, file] of this.bands.files.entries()) writeAll(file, this.bands.buffers[i]!.subarray(0, this.bands.used))
    this.bands.used = 0
  }
}

const BLOCK = 16_384

/** Row numbers take so many of the 53 bits of a key, hashes the others. */
const ROWS = 2 ** 24

/** The most numbers in a band with which a pair at the threshold still meets in one of the bands, but for one in a thousand. */
function bandSize(threshold: number): number {
  let size = 1
  while (size < 16 && (1 - threshold ** (size + 1)) ** Math.floor(SKETCH_SIZE / (size + 1)) < 0.001) size++
  return size
}
