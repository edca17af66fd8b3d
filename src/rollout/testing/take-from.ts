/** Gives bytes one after the other, in a buffer that the next ones overwrite. */
export function takeFrom(bytes: Buffer): (length: number) => Buffer {
  const reused = Buffer.alloc(bytes.length)
  let at = 0
  let before = 0
  return length => {
    if (at + length > bytes.length) throw new RangeError('There are no more bytes')
    reused.fill(0xee, 0, before)
    bytes.copy(reused, 0, at, at + length)
    at += length
    before = length
    return reused.subarray(0, length)
  }
}
