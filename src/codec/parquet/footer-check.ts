import { crc32 } from 'node:zlib'

/*
 * Parquet gives pages a checksum, and the footer none. A file of ours has one among its own words: a text of eight digits, for which
 * zeros stand while it is made.
 */

/** Under this name the checksum stands in the footer. */
export const CHECK_KEY = 'tracewright_footer_crc32'

/** What stands in its place until it is known. */
export const NO_CHECK = '00000000'

/** Give a footer that was written with `NO_CHECK` its checksum. */
export function stamp(footer: Buffer): Buffer {
  const at = placeIn(footer)
  if (at < 0) throw new Error(`a footer has no '${CHECK_KEY}'`)
  const stamped = Buffer.from(footer)
  stamped.write(digitsOf(footer), at, 'latin1')
  return stamped
}

/** Whether a footer is as it was written; null where it does not say: it is of a file of before, or of somebody else. */
export function isIntact(footer: Buffer): boolean | null {
  const at = placeIn(footer)
  if (at < 0) return null
  const blank = Buffer.from(footer)
  blank.write(NO_CHECK, at, 'latin1')
  return footer.toString('latin1', at, at + NO_CHECK.length) === digitsOf(blank)
}

/** Where the digits stand: behind the key, the kind of the field and the length of its text. It is found without reading the footer. */
function placeIn(footer: Buffer): number {
  const key = footer.lastIndexOf(CHECK_KEY, undefined, 'latin1')
  const at = key + CHECK_KEY.length + 2
  return key < 0 || at + NO_CHECK.length > footer.length ? -1 : at
}

function digitsOf(footer: Buffer): string {
  return crc32(footer).toString(16).padStart(NO_CHECK.length, '0')
}
