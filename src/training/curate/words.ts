/** Words of a text in lower case, whichever code points they are written with; scripts that set no spaces go by their letters. */
export function wordsIn(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? []
}

const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}_]+/gu

/** A number of 32 bits that a word is known by. */
export function wordHash(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return mixed(hash)
}

/** Bits well stirred. */
export function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Hashes of 53 bits of so many words in a row, at every place. */
export function* runsOf(words: readonly number[], size: number): Iterable<number> {
  for (let i = 0; i + size <= words.length; i++) {
    let low = size
    let high = ~size
    for (let j = i; j < i + size; j++) {
      low = Math.imul(low, 0x01000193) ^ words[j]!
      high = Math.imul(high ^ words[j]!, 0x9e3779b1)
    }
    yield (mixed(high) & 0x1fffff) * 2 ** 32 + mixed(low)
  }
}
