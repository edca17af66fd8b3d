import type { OpenFile } from '../../disk/regular-file.ts'
import { addTo } from '../add-to.ts'
import { viewPart } from './part.ts'

/** A word that may stand in the last bytes of a log. */
export type EndWord = {
  /** As it is written. */
  word: string
  /** In how many bytes it is looked for, and in more where fewer lines end in them. */
  bytes: number
  /** How many lines. */
  lines: number
}

/** Notes of files whose beginnings are read anyway whether a word stands at their ends, so that none has to be opened again for it. */
export class EndWords {
  private wanted: EndWord | null = null
  private word = Buffer.alloc(0)
  private lastOfIt = Buffer.alloc(0)
  private readonly lacking = new Map<string, number>() // files in which it was looked for and is not, and their sizes then
  private others: Map<string, string[]> | null = null // all others there are, by folder

  /** Look for a word from now on. */
  lookFor(end: EndWord): void {
    this.wanted = end
    this.word = Buffer.from(end.word)
    this.lastOfIt = this.word.subarray(-LAST)
  }

  /** Look for the word in a file that is open. `head`: its first bytes, which may be overwritten. Gives how many more were read. */
  note(path: string, opened: OpenFile, head: Buffer): number {
    const { wanted } = this
    if (wanted === null || this.lacking.has(path)) return 0
    const isWhole = head.length === opened.size
    const tail = isWhole ? head : viewPart(opened, Math.max(0, opened.size - wanted.bytes), wanted.bytes)
    // Where lines are long it stays unknown: of a file that is only judged, no more is read.
    if ((isWhole || holdsLines(tail, wanted.lines)) && !this.isIn(tail)) this.lacking.set(path, opened.size)
    return isWhole ? 0 : tail.length
  }

  /** Most files do not hold the last of it, which is looked for twice as fast as all of it. */
  private isIn(bytes: Buffer): boolean {
    return bytes.includes(this.lastOfIt) && bytes.includes(this.word)
  }

  /** Hear which files there are below the root: these and no others. */
  areAll(files: readonly string[]): void {
    this.others = new Map()
    for (const path of files) if (!this.lacking.has(path)) addTo(this.others, path.slice(0, Math.max(0, path.lastIndexOf('/'))), path)
  }

  /** Hear of files that the word is known not to be in. */
  areWithout(files: ReadonlySet<string>): void {
    for (const [folder, others] of this.others ?? []) {
      const left = others.filter(path => !files.has(path))
      if (left.length === 0) this.others!.delete(folder)
      else this.others!.set(folder, left)
    }
  }

  /** How many bytes a file had when the word was looked for in it and was not there; null: it was not looked for, or was. */
  sizeWithout(path: string, { word }: EndWord): number | null {
    return this.wanted?.word === word ? (this.lacking.get(path) ?? null) : null
  }

  /** Files that hold a word at their ends or may, by folder; null where it is not known which files there are. */
  mayHold({ word }: EndWord): ReadonlyMap<string, readonly string[]> | null {
    return this.wanted?.word === word ? this.others : null
  }

  /** What is known, for another thread; null where that is nothing. */
  told(): ToldEnds | null {
    return this.wanted === null || this.others === null ? null : { end: this.wanted, others: [...this.others] }
  }

  /** Hear what another has told. */
  hear({ end, others }: ToldEnds): void {
    this.lookFor(end)
    this.others = new Map(others)
  }

  /** Whether a word was looked for in a file and is not there. */
  lacks(path: string, { word }: EndWord): boolean {
    return this.wanted?.word === word && this.lacking.has(path)
  }
}

/** What is known of the ends of all files. */
export type ToldEnds = {
  /** What was looked for. */
  end: EndWord
  /** Files that hold it or may, by folder. */
  others: [folder: string, files: string[]][]
}

/** Whether more than so many lines end in some bytes. */
export function holdsLines(bytes: Buffer, lines: number): boolean {
  let ended = 0
  for (let at = bytes.indexOf(LF); at >= 0 && ended <= lines; at = bytes.indexOf(LF, at + 1)) ended++
  return ended > lines
}

const LF = 0x0a

/** Of so few bytes each place is tried; for more, a table is made for every file. */
const LAST = 5
