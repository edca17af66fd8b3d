import { endianness } from 'node:os'
import type { Json } from '../../json/json.ts'

/**
 * A hash of values in their order: after each its state stands for all there were so far. Fast and not cryptographic: it tells
 * things apart that were not made to be confused, and takes two long texts of one length for the same if both their ends are.
 */
export class RollingHash {
  private high = 0x9e3779b9 | 0
  private low = 0x85ebca6b | 0

  /** Take in a text, or that there is none. */
  text(text: string | null | undefined): void {
    if (text === null || text === undefined) {
      this.number(ABSENT)
      return
    }
    const { length } = text
    this.number(length)
    if (length <= 2 * END_CHARACTERS) this.units(text, 0, length)
    else {
      this.units(text, 0, END_CHARACTERS)
      this.units(text, length - END_CHARACTERS, length)
    }
  }

  /** Take in all of a text, however long: where nothing but the words tells one from another. */
  whole(text: string): void {
    this.number(text.length)
    if (text.length < COPIED_CHARACTERS) this.units(text, 0, text.length)
    else for (let at = 0; at < text.length; at += 2 * pairs.length) this.copied(text.slice(at, at + 2 * pairs.length))
  }

  /** Take in a whole number of 32 bits. */
  number(value: number): void {
    const high = Math.imul(this.high ^ (this.high >>> 16) ^ value, 0x85ebca6b)
    const low = Math.imul(this.low ^ (this.low >>> 13) ^ high, 0xc2b2ae35)
    this.high = high ^ (low >>> 15)
    this.low = low ^ (high >>> 14)
  }

  /** Take in a value of any shape. */
  json(value: Json | undefined): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value !== 'object' || value === null) this.text(String(value))
    else {
      const isList = Array.isArray(value)
      this.number(isList ? LIST : OBJECT)
      if (isList) for (const item of value) this.json(item)
      else
        for (const key in value) {
          this.text(key)
          this.json(value[key])
        }
      this.number(END)
    }
  }

  /** The state as two numbers of 32 bits. */
  state(): readonly [number, number] {
    const high = Math.imul(this.high ^ (this.low >>> 16), 0x85ebca6b)
    return [high, Math.imul(this.low ^ (high >>> 13), 0xc2b2ae35)]
  }

  /** Write the state as six letters, 36 bits. */
  write(into: Buffer, at: number): void {
    // Mixed once more, or the last characters would show in one half only.
    const [high, low] = this.state()
    for (let i = 0; i < 3; i++) {
      into[at + i] = LETTERS[(high >>> (6 * i + 8)) & 63]!
      into[at + 3 + i] = LETTERS[(low >>> (6 * i + 8)) & 63]!
    }
  }

  private units(text: string, from: number, to: number): void {
    let { high, low } = this
    for (let i = from; i < to; i += 2) {
      // Two characters at a time. A product carries upwards only: what is above comes down by the turn.
      const pair = text.charCodeAt(i) | ((i + 1 < to ? text.charCodeAt(i + 1) : 0) << 16)
      high ^= pair
      low ^= pair
      high = Math.imul((high << 15) | (high >>> 17), 0x9e3779b1)
      low = Math.imul((low << 13) | (low >>> 19), 0x5f356495)
    }
    this.high = high
    this.low = low
  }

  /** As `units`, of a text that is not longer than what is copied at a time. */
  private copied(text: string): void {
    scratch.write(text, 'utf16le')
    const whole = text.length >> 1
    let { high, low } = this
    for (let i = 0; i < whole; i++) {
      const pair = pairs[i]!
      high ^= pair
      low ^= pair
      high = Math.imul((high << 15) | (high >>> 17), 0x9e3779b1)
      low = Math.imul((low << 13) | (low >>> 19), 0x5f356495)
    }
    this.high = high
    this.low = low
    this.units(text, 2 * whole, text.length)
  }
}

const LETTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** Of a long text this much of its start and of its end is looked at, and its length. */
const END_CHARACTERS = 24

/** From here on a text is copied as UTF-16 and read two characters at a time, which takes a fraction of asking for each. */
const COPIED_CHARACTERS = endianness() === 'LE' ? 96 : Number.POSITIVE_INFINITY

/** So much of a text is copied at a time; an even number, for characters go in pairs. */
const scratch = Buffer.allocUnsafeSlow(1 << 15)
const pairs = new Int32Array(scratch.buffer)

/** What stands for what is not there, and for where a list or an object begins and ends: no length of a text is negative. */
const [ABSENT, LIST, OBJECT, END] = [-1, -2, -3, -4]
