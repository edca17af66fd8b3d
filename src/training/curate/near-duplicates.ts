import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { DisjointSets } from './disjoint-sets.ts'
import { SKETCH_SIZE, type Sketch, similarity } from './minhash.ts'
import { mixed } from './words.ts'

/** Finds rows whose sketches share more than a threshold. Sketches and what they are sorted by lie on disk. */
export class NearDuplicates {
  private readonly threshold: number
  private readonly folder: string
  private readonly bands: { size: number; files: number[]; buffers: Buffer[]; used: number }
  private readonly sketches: number
  private readonly held = new Map<number, Sketch>()
  private readonly scratch: Scratch
  private readonly numbers: PagedNumbers
  private size = 0
  private sets: DisjointSets | null = null

  /** What is made in the folder of `scratch` is taken away by `close`. */
  constructor(scratch: Scratch, threshold: number) {
    this.threshold = threshold
    this.scratch = scratch
    this.numbers = scratch.numbers()
    const folder = scratch.path('sketches')
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
    this.numbers.set(this.size++, number)
  }

  /** Sets of rows that are near-duplicates of each other, by number; sets of one are left out. */
  *groups(): Iterable<number[]> {
    this.sets ??= this.joined()
    for (const group of this.sets.groups(this.size)) yield group.map(i => this.numbers.get(i))
  }

  /** Whether two rows that were entered are near-duplicates of each other, not of a third one alone. */
  areNear(a: number, b: number): boolean {
    const [one, other] = [a, b].map(number => this.sketchOf(this.numbers.indexOf(number, this.size)))
    return similarity(one!, other!) >= this.threshold
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    for (const file of [...this.bands.files, this.sketches]) closeSync(file)
    this.numbers[Symbol.dispose]()
    this.sets?.[Symbol.dispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Rows that share a band are compared, and put together where they are alike. */
  private joined(): DisjointSets {
    this.flush()
    const sets = new DisjointSets(this.scratch)
    // A key is as much of a hash as leaves room for the number of the row.
    const room = 2 ** Math.ceil(Math.log2(this.size + 1))
    const less = Math.max(1, (2 ** 32 * room) / 2 ** 53)
    const block = Buffer.alloc(BLOCK)
    for (const file of this.bands.files) {
      const runs = this.scratch.runs(1)
      for (let at = 0, bytes = 0; (bytes = readSync(file, block, 0, BLOCK, at)) > 0; at += bytes)
        for (let i = 0; i < bytes; i += 4) runs.add(Math.floor(block.readUInt32LE(i) / less) * room + (at + i) / 4)
      let bucket = -1
      let known: number[] = []
      for (const [key] of runs.sorted()) {
        const row = key! % room
        if (bucket !== (key! - row) / room) known = []
        bucket = (key! - row) / room
        this.compare(row, known, sets)
      }
      runs[Symbol.dispose]()
    }
    return sets
  }

  /** The row with those of its bucket that are no near-duplicates of each other. */
  private compare(row: number, known: number[], sets: DisjointSets): void {
    let isKnown = false
    for (const other of known) {
      if (sets.find(other) === sets.find(row)) isKnown = true
      else if (similarity(this.sketchOf(row), this.sketchOf(other)) >= this.threshold) sets.join(row, other)
    }
    if (!isKnown && known.length < COMPARED) known.push(row)
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

/** So many sketches are held at a time, some 16 MB; all of them lie in a file. */
const HELD = 16_384

/** With so many rows of a bucket each one is compared. */
const COMPARED = 64

const BLOCK = 16_384

/** The most numbers in a band with which a pair at the threshold still meets in one of the bands, but for one in a thousand. */
function bandSize(threshold: number): number {
  let size = 1
  while (size < 16 && (1 - threshold ** (size + 1)) ** Math.floor(SKETCH_SIZE / (size + 1)) < 0.001) size++
  return size
}
