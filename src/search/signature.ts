/** Three characters in a row, whatever they are, set one bit of so many. */
const BITS = 1 << 16

/** Bytes of a signature. */
export const SIGNATURE_BYTES = BITS / 8

/** What three characters in a row a text has, as bits: a text whose bits are not all there is not in it. */
export function signatureOf(text: string): Buffer {
  const bits = Buffer.alloc(SIGNATURE_BYTES)
  for (const bit of trigramsOf(text)) bits[bit >> 3]! |= 1 << (bit & 7)
  return bits
}

/** Bits that a text sets; none for one of less than three characters. */
export function bitsOf(text: string): number[] {
  return [...new Set(trigramsOf(text))]
}

/** Whether a text of these bits may be in the text of a signature. */
export function mayHold(signature: Buffer, bits: readonly number[]): boolean {
  return bits.every(bit => (signature[bit >> 3]! & (1 << (bit & 7))) !== 0)
}

function* trigramsOf(text: string): Iterable<number> {
  for (let i = 2; i < text.length; i++) {
    const hash = (text.charCodeAt(i - 2) * 0x9e3779b1) ^ (text.charCodeAt(i - 1) * 0x85ebca6b) ^ (text.charCodeAt(i) * 0xc2b2ae35)
    yield (hash ^ (hash >>> 15)) & (BITS - 1)
  }
}
