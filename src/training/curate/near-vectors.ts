import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { DisjointSets } from './disjoint-sets.ts'
import { cosine } from './row-vector.ts'

/**
 * Finds rows whose vectors point the same way, as far as a threshold says. Every pair is compared, so that none is missed: the work grows with the
 * square of the rows, the memory does not grow at all, since vectors lie on disk.
 */
export class NearVectors {
  private readonly threshold: number
  private readonly scratch: Scratch
  private readonly path: string
  private readonly file: number
  private readonly numbers: PagedNumbers
  private readonly blockBytes: number
  private size = 0
  private dimension = 0
  private sets: DisjointSets | null = null

  /** What is made in the folder of `scratch` is taken away when it is let go of. */
  constructor(scratch: Scratch, threshold: number, blockBytes = BLOCK_BYTES) {
    this.scratch = scratch
    this.threshold = threshold
    this.blockBytes = blockBytes
    this.numbers = scratch.numbers()
    this.path = scratch.path('vectors')
    makeFolder(dirname(this.path))
    this.file = openSync(this.path, 'w+', 0o600)
  }

  /** How many rows were entered. */
  get count(): number {
    return this.size
  }

  /** Enter a row by its number, with its vector of length 1; what is wrong with it where it cannot be compared with the others, else null. */
  add(number: number, vector: Float64Array): string | null {
    if (this.size === 0) this.dimension = vector.length
    if (vector.length !== this.dimension) return `its vector has ${vector.length} numbers, those before it have ${this.dimension}`
    writeAll(this.file, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))
    this.numbers.set(this.size++, number)
    return null
  }

  /** Sets of rows that are near each other, also by a third one, by number; sets of one are left out. */
  *groups(): Iterable<number[]> {
    this.sets ??= this.joined()
    for (const group of this.sets.groups(this.size)) yield group.map(i => this.numbers.get(i))
  }

  /** Whether two rows that were entered are near each other, not by a third one alone. */
  areNear(a: number, b: number): boolean {
    const [one] = this.read(this.numbers.indexOf(a, this.size), 1)
    const [other] = this.read(this.numbers.indexOf(b, this.size), 1)
    return this.isNear(one!, other!)
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    closeSync(this.file)
    rmSync(this.path, { force: true })
    this.numbers[Symbol.dispose]()
    this.sets?.[Symbol.dispose]()
  }

  private joined(): DisjointSets {
    const sets = new DisjointSets(this.scratch)
    const rows = Math.max(1, Math.floor(this.blockBytes / (8 * Math.max(1, this.dimension))))
    for (let first = 0; first < this.size; first += rows) {
      const held = this.read(first, rows)
      for (let second = first; second < this.size; second += rows) {
        const others = second === first ? held : this.read(second, rows)
        for (const [i, vector] of held.entries())
          for (let j = second === first ? i + 1 : 0; j < others.length; j++)
            if (this.isNear(vector, others[j]!)) sets.join(first + i, second + j)
      }
    }
    return sets
  }

  private isNear(a: Float64Array, b: Float64Array): boolean {
    return cosine(a, b) >= this.threshold - ROUNDING
  }

  /** Vectors from a place on, as many as there are. */
  private read(first: number, rows: number): Float64Array[] {
    const count = Math.min(rows, this.size - first)
    const all = new Float64Array(count * this.dimension)
    const bytes = new Uint8Array(all.buffer)
    for (let at = 0; at < bytes.length; ) {
      const got = readSync(this.file, bytes, at, bytes.length - at, first * this.dimension * 8 + at)
      if (got === 0) break
      at += got
    }
    return Array.from({ length: count }, (_, i) => all.subarray(i * this.dimension, (i + 1) * this.dimension))
  }
}

/** A block of vectors that is held; two are at a time. */
const BLOCK_BYTES = 8 * 2 ** 20

/** What rounding may take of the likeness of a vector to itself. */
const ROUNDING = 1e-9
