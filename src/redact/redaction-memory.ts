import { hash, randomBytes } from 'node:crypto'
import type { Caught } from './known-values.ts'

/** What redaction keeps of all rows at once. Maps do where there are few rows; where there are many, what stands here lies on disk. */
export type RedactionMemory = {
  /** Values that were caught, by number of the row. */
  caught: { get(row: number): readonly Caught[] | undefined; set(row: number, caught: readonly Caught[]): unknown }
  /** Numbers by keys of texts. */
  numbers: { get(key: number): number | undefined; set(key: number, value: number): unknown }
  /** Take away what lies on disk. */
  [Symbol.dispose](): void
}

/** A memory for few rows. */
export function memoryOfMaps(): RedactionMemory {
  return { caught: new Map(), numbers: new Map(), [Symbol.dispose]: () => {} }
}

/**
 * Keys of texts, from 0 to 2 ** 52: what a text is cannot be told by its key, nor by trying all texts, since what is hashed with it is drawn
 * anew in each process and written nowhere.
 */
export class TextKeys {
  private readonly salt = randomBytes(16).toString('hex')

  of(kind: string, text: string): number {
    return Number.parseInt(hash('sha256', `${this.salt}\0${kind}\0${text}`).slice(0, 13), 16)
  }
}
