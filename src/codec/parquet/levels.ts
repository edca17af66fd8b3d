/** Equal levels from here on are written as one run; shorter stretches bit by bit. */
const RUN = 8

/** Levels of bit-packed stretches are written out when there are so many. */
const MAX_PACKED = 4096

/**
 * Levels of a page in Parquet's hybrid of run lengths and packed bits, behind their length in 4 bytes. `levels` come in pieces, one byte
 * each, of which `shift` and `mask` cut out what is meant.
 */
export function encodeLevels(levels: readonly Buffer[], shift: number, mask: number, max: number): Buffer {
  const encoder = new LevelEncoder(32 - Math.clz32(max))
  for (const piece of levels) for (let i = 0; i < piece.length; i++) encoder.add((piece[i]! >>> shift) & mask)
  return encoder.finish()
}

class LevelEncoder {
  private readonly width: number // bits of a level
  private readonly packed: number[] = [] // levels that are in no run
  private readonly out: number[] = [0, 0, 0, 0]
  private level = 0
  private run = 0

  constructor(width: number) {
    this.width = width
  }

  add(level: number): void {
    if (level !== this.level) this.endRun()
    this.level = level
    this.run++
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
