import type { RowHash } from './row-hash.ts'

/** The levels of the places of a column, in order: mostly the same many times over, they are held as runs. */
export class Levels {
  /** Number of places. */
  count = 0
  private levels = new Uint8Array(FIRST_RUNS)
  private lengths = new Uint32Array(FIRST_RUNS)
  private runs = 0 // that have ended
  private level = 0 // of the run at hand
  private length = 0
  private hashed = 0 // runs of rows that have ended
  private counted = 0 // places of rows that have ended
  private cut = 0 // places of the first run that stand in the page before

  /** The next place: it begins a new element of that list, and so many levels of it are present. */
  add(repetition: number, definition: number): void {
    const level = (repetition << DEFINITION_BITS) | definition
    this.count++
    if (level === this.level) this.length++
    else {
      if (this.length + this.cut > 0) this.endRun()
      this.level = level
      this.length = 1
    }
  }

  /** A row ends here: its levels are hashed; gives how much was. No run reaches from row to row. */
  endRow(hash: RowHash): number {
    if (this.length + this.cut > 0) this.endRun()
    const ended = this.hashRuns(hash)
    this.hashed = this.runs
    this.counted = this.count
    return ended
  }

  /** Begin anew within a row, the first one: its runs that have ended are hashed, the one at hand goes on. Gives how many were hashed. */
  startPage(hash: RowHash): number {
    const ended = this.hashRuns(hash)
    this.cut += this.length
    this.count = this.runs = this.length = 0
    return ended
  }

  /** Forget the places of a row that has not ended. */
  dropRow(): void {
    this.runs = this.hashed
    this.count = this.counted
    this.length = this.cut = 0
  }

  clear(): void {
    this.count = this.runs = this.length = this.hashed = this.counted = this.cut = 0
  }

  /** Repetition levels in Parquet's hybrid of run lengths and packed bits, behind their length in 4 bytes. */
  encodeRepetitions(max: number): Buffer {
    return this.encode(max, level => level >> DEFINITION_BITS)
  }

  /** Definition levels, likewise. */
  encodeDefinitions(max: number): Buffer {
    return this.encode(max, level => level & DEFINITION_MASK)
  }

  private encode(max: number, part: (level: number) => number): Buffer {
    const encoder = new LevelEncoder(32 - Math.clz32(max))
    for (let i = 0; i < this.runs; i++) encoder.add(part(this.levels[i]!), this.lengths[i]!)
    if (this.length > 0) encoder.add(part(this.level), this.length)
    return encoder.finish()
  }

  /** Hash the runs of the row at hand that have ended; gives how many they are. */
  private hashRuns(hash: RowHash): number {
    for (let i = this.hashed; i < this.runs; i++) {
      hash.number(this.levels[i]!)
      hash.number(this.lengths[i]! + (i === 0 ? this.cut : 0))
    }
    if (this.runs > 0) this.cut = 0
    return this.runs - this.hashed
  }

  private endRun(): void {
    if (this.runs === this.levels.length) {
      const levels = new Uint8Array(this.runs * 2)
      const lengths = new Uint32Array(this.runs * 2)
      levels.set(this.levels)
      lengths.set(this.lengths)
      this.levels = levels
      this.lengths = lengths
    }
    this.levels[this.runs] = this.level
    this.lengths[this.runs++] = this.length
    this.length = 0
  }
}

/** Equal levels from here on are written as one run; shorter stretches bit by bit. */
const RUN = 8

/** Levels of bit-packed stretches are written out when there are so many. */
const MAX_PACKED = 4096

const FIRST_RUNS = 64

/** Definition levels stand in these bits of a level, repetition levels above them. */
const DEFINITION_BITS = 5

const DEFINITION_MASK = 31

class LevelEncoder {
  private readonly width: number // bits of a level
  private readonly packed: number[] = [] // levels that are in no run
  private readonly out: number[] = [0, 0, 0, 0]
  private level = 0
  private run = 0

  constructor(width: number) {
    this.width = width
  }

  add(level: number, count: number): void {
    if (level !== this.level) this.endRun()
    this.level = level
    this.run += count
  }

  finish(): Buffer {
    this.endRun()
    while (this.packed.length % 8 > 0) this.packed.push(0)
    this.flushPacked()
    const bytes = Buffer.from(this.out)
    bytes.writeInt32LE(bytes.length - 4, 0)
    return bytes
  }

  private endRun(): void {
    // Packed levels come in eights: a run fills up what is left open before it.
    for (; this.run > 0 && this.packed.length % 8 > 0; this.run--) this.packed.push(this.level)
    if (this.run >= RUN) {
      this.flushPacked()
      this.varint(this.run * 2)
      this.out.push(this.level)
      this.run = 0
    }
    for (; this.run > 0; this.run--) this.packed.push(this.level)
    if (this.packed.length >= MAX_PACKED && this.packed.length % 8 === 0) this.flushPacked()
  }

  private flushPacked(): void {
    if (this.packed.length === 0) return
    this.varint((this.packed.length / 8) * 2 + 1)
    let bits = 0
    let count = 0
    for (const level of this.packed) {
      bits |= level << count
      count += this.width
      for (; count >= 8; count -= 8) {
        this.out.push(bits & 0xff)
        bits >>>= 8
      }
    }
    this.packed.length = 0
  }

  private varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.out.push((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.out.push(rest)
  }
}
