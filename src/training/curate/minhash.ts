import { mixed, runsOf, wordHash, wordsIn } from './words.ts'

/** Numbers that a text is compared by: how many of them two texts share says how many of their shingles they do (Broder's MinHash). */
export type Sketch = Uint32Array

/** With so many the similarity is known to some three hundredths. */
export const SKETCH_SIZE = 256

/** Words in a shingle. */
const SHINGLE = 3

const SEEDS = Uint32Array.from({ length: SKETCH_SIZE }, (_, i) => mixed(i + 1))

/** The sketch of texts by runs of three words; null where there is no word. */
export function sketchOf(texts: Iterable<string>): Sketch | null {
  const shingles = new Set<number>()
  for (const text of texts) {
    const words = wordsIn(text).map(wordHash)
    for (const shingle of runsOf(words, Math.min(SHINGLE, words.length || 1))) shingles.add(shingle)
  }
  if (shingles.size === 0) return null
  const sketch = new Uint32Array(SKETCH_SIZE).fill(0xffffffff)
  for (const shingle of shingles) {
    for (let i = 0; i < SKETCH_SIZE; i++) {
      let x = Math.imul((shingle >>> 0) ^ SEEDS[i]!, 0x85ebca6b)
      x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
      x = (x ^ (x >>> 16)) >>> 0
      if (x < sketch[i]!) sketch[i] = x
    }
  }
  return sketch
}

/** How much two texts share: 1 all, 0 nothing. */
export function similarity(a: Sketch, b: Sketch): number {
  let same = 0
  for (let i = 0; i < SKETCH_SIZE; i++) if (a[i] === b[i]) same++
  return same / SKETCH_SIZE
}
