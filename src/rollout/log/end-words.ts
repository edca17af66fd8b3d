import type { OpenFile } from '../../disk/regular-file.ts'
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
  private readonly seen = new Map<string, boolean>() // by path: whether the word is there

  /** Look for a word from now on. */
  lookFor(end: EndWord): void {
    this.wanted = end
  }

  /** Look for the word in a file that is open. `head`: its first bytes. Gives how many more were read. */
  note(path: string, opened: OpenFile, head: Buffer): number {
    const { wanted } = this
    if (wanted === null || this.seen.has(path)) return 0
    const isWhole = head.length === opened.size
    const tail = isWhole ? head : viewPart(opened, Math.max(0, opened.size - wanted.bytes), wanted.bytes)
    // Where lines are long it stays unknown: of a file that is only judged, no more is read.
    if (isWhole || holdsLines(tail, wanted.lines)) this.seen.set(path, tail.includes(wanted.word))
    return isWhole ? 0 : tail.length
  }

  /** Whether a word was looked for in a file and is not there. */
  lacks(path: string, { word }: EndWord): boolean {
    return this.wanted?.word === word && this.seen.get(path) === false
  }
}

/** Whether more than so many lines end in some bytes. */
export function holdsLines(bytes: Buffer, lines: number): boolean {
  let ended = 0
  for (let at = bytes.indexOf(LF); at >= 0 && ended <= lines; at = bytes.indexOf(LF, at + 1)) ended++
  return ended > lines
}

const LF = 0x0a
