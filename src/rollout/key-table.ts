import type { Key } from './conversation/copy-print.ts'

/** Who came first with a key: twelve bytes for each, whatever it stands for. */
export class KeyTable {
  private capacity = 1 << 10
  private size = 0
  private highs = new Int32Array(this.capacity)
  private lows = new Int32Array(this.capacity)
  private owners = new Int32Array(this.capacity).fill(NOBODY)

  /** Whether nobody came yet. */
  get isEmpty(): boolean {
    return this.size === 0
  }

  /** The one who came first with a key; null where nobody did. */
  get(key: Key): number | null {
    const owner = this.owners[this.slot(key)]!
    return owner === NOBODY ? null : owner
  }

  /** Come with a key; whoever came before keeps it. */
  add(key: Key, owner: number): void {
    const slot = this.slot(key)
    if (this.owners[slot] !== NOBODY) return
    this.put(slot, key, owner)
    if (++this.size > this.capacity * 0.7) this.grow()
  }

  private put(slot: number, [high, low]: Key, owner: number): void {
    this.highs[slot] = high
    this.lows[slot] = low
    this.owners[slot] = owner
  }

  /** Where a key stands, or would. */
  private slot([high, low]: Key): number {
    const mask = this.capacity - 1
    let slot = (high ^ Math.imul(low, 0x9e3779b1)) & mask
    while (this.owners[slot] !== NOBODY && (this.highs[slot] !== high || this.lows[slot] !== low)) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { highs, lows, owners } = this
    this.capacity *= 2
    this.highs = new Int32Array(this.capacity)
    this.lows = new Int32Array(this.capacity)
    this.owners = new Int32Array(this.capacity).fill(NOBODY)
    for (let i = 0; i < owners.length; i++) {
      if (owners[i] === NOBODY) continue
      const key: Key = [highs[i]!, lows[i]!]
      this.put(this.slot(key), key, owners[i]!)
    }
  }
}

const NOBODY = -1
