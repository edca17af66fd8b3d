import type { EntryPlace } from '../../disk/scan-log.ts'

/**
 * Where the reply to each question stands in a log. Holds 24 bytes a reply, outside the heap, whatever the run's size; a key is known
 * by its first 64 bits, so whoever reads an entry must compare the whole key.
 */
export class ReplyIndex {
  private capacity = 1024
  private hashes = new BigUint64Array(this.capacity) // 0: empty
  private offsets = new Float64Array(this.capacity)
  private lengths = new Float64Array(this.capacity)
  private count = 0

  /** Number of replies. */
  get size(): number {
    return this.count
  }

  /** Remember a place; a later one replaces an earlier one. `key` is hexadecimal, 16 digits at least. */
  set(key: string, { offset, length }: EntryPlace): void {
    if (this.count * 2 >= this.capacity) this.grow()
    const slot = this.slotOf(hashOf(key))
    if (this.hashes[slot] === 0n) this.count++
    this.put(slot, hashOf(key), offset, length)
  }

  /** The place of a key; null where there is none. */
  get(key: string): EntryPlace | null {
    const slot = this.slotOf(hashOf(key))
    return this.hashes[slot] === 0n ? null : { offset: this.offsets[slot]!, length: this.lengths[slot]! }
  }

  private put(slot: number, hash: bigint, offset: number, length: number): void {
    this.hashes[slot] = hash
    this.offsets[slot] = offset
    this.lengths[slot] = length
  }

  /** The slot that holds a hash, or the empty one where it belongs. */
  private slotOf(hash: bigint): number {
    let slot = Number(hash & BigInt(this.capacity - 1))
    while (this.hashes[slot] !== 0n && this.hashes[slot] !== hash) slot = (slot + 1) % this.capacity
    return slot
  }

  private grow(): void {
    const { hashes, offsets, lengths } = this
    this.capacity *= 2
    this.hashes = new BigUint64Array(this.capacity)
    this.offsets = new Float64Array(this.capacity)
    this.lengths = new Float64Array(this.capacity)
    for (const [from, hash] of hashes.entries()) if (hash !== 0n) this.put(this.slotOf(hash), hash, offsets[from]!, lengths[from]!)
  }
}

function hashOf(key: string): bigint {
  return BigInt(`0x${key.slice(0, 16)}`) || 1n
}
