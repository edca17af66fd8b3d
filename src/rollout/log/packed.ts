/** What a code of a packed value says in its lowest three bits; the others hold a number that goes with it. */
export const KIND = { constant: 0, integer: 1, number: 2, text: 3, object: 4, list: 5, again: 6, exact: 7 } as const

/** Bits of a code that say its kind. */
export const KIND_BITS = 3

/** Constants of that kind, by number. */
export const CONSTANTS = [null, undefined, true, false] as const

/** Two more: a map and a set, whose size is the next code. */
export const [MAP, SET] = [4, 5]

/** Texts up to this long are stored once each, and apart: what keeps one of them alive shall not keep a megabyte. */
export const SHORT = 64

/** What the sections of a packed value hold, in the order in which they stand in it. */
export type Outline = {
  texts: number // lengths of texts; a wide one's is -1 - length
  chunks: number[][] // bytes of chunks of narrow and wide short texts, and of narrow and wide long ones
  codes: number
  numbers: number
  shapes: string[][] // keys of objects
}

/** The section of chunks a text stands in. */
export function sectionOf(length: number, isWide: boolean): number {
  return (length > SHORT ? 2 : 0) + (isWide ? 1 : 0)
}
