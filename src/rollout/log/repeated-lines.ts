import { isObject, parseJson } from '../../json/json.ts'

/** What has to be known of the lines read so far, to go on behind them. */
export type RepeatedSoFar = {
  /** Bytes of the line before; null: it is not compared. */
  length: number | null
  /** Whether all lines stand twice. */
  isTwice: boolean
}

/**
 * Finds lines that a program wrote a second time right behind the first, as one does that does not know whether a write went well, or
 * that listens twice. A log that begins with two lines that each stand twice has all of them twice; elsewhere the same line is the same
 * record where it holds a time as fine as a millisecond.
 */
export class RepeatedLines {
  private before: Buffer | null = null
  private held = Buffer.alloc(0)
  private isTwice: boolean | null = null // null: too little of the file was there to tell
  private hasBegun = false
  private unread: { length: number; read(length: number): Buffer } | null = null // the line before, where the last reading ended

  /** Know what was known where the last reading ended; `read` gives the line before. */
  goOn({ length, isTwice }: RepeatedSoFar, read: (length: number) => Buffer): void {
    this.isTwice = isTwice
    this.hasBegun = true
    this.unread = length === null ? null : { length, read }
  }

  /** What is known so far; null where more of the file could show that what was taken for two records is one. */
  get soFar(): RepeatedSoFar | null {
    if (this.hasBegun && this.isTwice === null) return null
    return { length: (this.unread ?? this.before)?.length ?? null, isTwice: this.isTwice ?? false }
  }

  /** Look at the start of the file. Only the first call counts. */
  begin(head: Buffer): void {
    if (!this.hasBegun) this.isTwice = beginsTwice(head.subarray(0, LOOKED_AT))
    this.hasBegun = true
  }

  /** Whether a line is the one before it once more. Its bytes have to stay until `keep` is called. */
  take(line: Buffer): boolean {
    const before = this.unread?.length === line.length ? this.unread.read(line.length) : this.before
    this.unread = null
    this.before = line.length <= LONGEST_HELD || this.isTwice ? line : null
    if (before === null || before.length !== line.length || !before.equals(line)) return false
    if (!this.isTwice) return hasFineTime(line)
    this.before = null // what stands there four times was said two times
    return true
  }

  /** Know nothing of what stands before the next line. */
  forget(): void {
    this.before = null
    this.unread = null
  }

  /** Copy what is known of the line before: its bytes will be overwritten. */
  keep(): void {
    const { before } = this
    if (before === null || before.buffer === this.held.buffer) return
    // Memory that is made anew for each piece of a log is not given back before the engine collects.
    if (this.held.length < before.length) this.held = Buffer.allocUnsafeSlow(2 * before.length)
    this.before = this.held.subarray(0, before.copy(this.held))
  }
}

const LF = 0x0a

/** So much of a file's start is looked at. */
const LOOKED_AT = 1 << 16

/** Longer lines are held only where all stand twice. */
const LONGEST_HELD = 1 << 20

/** Whether the first two lines each stand twice; null: nothing speaks against it, and there is too little of the file. */
function beginsTwice(head: Buffer): boolean | null {
  let at = 0
  for (let pair = 0; pair < 2; pair++) {
    const end = head.indexOf(LF, at) + 1
    const next = end === 0 ? 0 : head.indexOf(LF, end) + 1
    if (next === 0) return head.length < LOOKED_AT ? null : false
    if (end - at !== next - end || !head.subarray(at, end).equals(head.subarray(end, next))) return false
    at = next
  }
  return true
}

function hasFineTime(line: Buffer): boolean {
  const record = parseJson(line.toString('utf8'))
  return isObject(record) && ['timestamp', 'time', 'ts'].some(key => isFine(record[key]))
}

function isFine(time: unknown): boolean {
  if (typeof time === 'number') return time >= 1e12 || (time >= 1e9 && !Number.isInteger(time))
  return typeof time === 'string' && /T\d\d:\d\d:\d\d\.\d{3}/.test(time)
}
