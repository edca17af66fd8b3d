import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { characters } from '../values/iterate.ts'

/** How lines are wrapped. */
export type WrapOptions = { width: number; breakLongWords: boolean; breakOnHyphens: boolean }

// Where Python's textwrap cuts a line: at white space, at em dashes, behind the hyphens of compound words.
const SPACED = /([\t\n\v\f\r ]+)/
const DASHES = /(?<=[\p{L}\p{N}_!"'&.,?])(-{2,})(?=[\p{L}\p{N}_])/u
const HYPHENS = /(?<=[\p{L}_]{2}-|[\p{L}_]-[\p{L}_]-)(?=[\p{L}_]-?[\p{L}_])/u

/** A word or gap of a line; breaking a long one moves its start, so that it is never copied. */
type Chunk = { letters: string[]; from: number }

/** One paragraph cut into lines as Python's `textwrap.wrap` does. */
export function wrapLine(run: Run, line: string, { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  if (width <= 0) throw new Failure('argument', `invalid width ${width} (must be > 0)`)
  run.spend(line.length >> 3)
  const texts = (breakOnHyphens ? hyphenatedChunks(line) : line.split(SPACED)).filter(text => text !== '')
  const chunks: Chunk[] = texts.map(text => ({ letters: characters(text), from: 0 })).reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop()
    const current: string[] = []
    let length = 0
    while (chunks.length > 0 && length + lengthOf(chunks.at(-1)!) <= width) {
      const chunk = chunks.pop()!
      length += lengthOf(chunk)
      current.push(textOf(chunk))
    }
    const long = chunks.at(-1)
    if (long !== undefined && lengthOf(long) > width) {
      if (breakLongWords) current.push(headOf(long, Math.max(1, width - length), breakOnHyphens))
      else if (current.length === 0) current.push(textOf(chunks.pop()!))
    }
    if (current.length > 0 && current.at(-1)!.trim() === '') current.pop()
    if (current.length > 0) lines.push(current.join(''))
  }
  return lines
}

function lengthOf({ letters, from }: Chunk): number {
  return letters.length - from
}

function textOf({ letters, from }: Chunk): string {
  return (from === 0 ? letters : letters.slice(from)).join('')
}

function isBlank({ letters, from }: Chunk): boolean {
  return letters[from]?.trim() === ''
}

/** Cut the head off a chunk that is longer than the space left, behind a hyphen if one stands there. */
function headOf(chunk: Chunk, space: number, breakOnHyphens: boolean): string {
  const { letters, from } = chunk
  let end = from + space
  if (breakOnHyphens) {
    let hyphen = end - 1
    while (hyphen > from && letters[hyphen] !== '-') hyphen--
    if (hyphen > from && letters.slice(from, hyphen).some(c => c !== '-')) end = hyphen + 1
  }
  chunk.from = end
  return letters.slice(from, end).join('')
}

function hyphenatedChunks(line: string): string[] {
  return line.split(SPACED).flatMap(chunk => (chunk.trim() === '' ? [chunk] : chunk.split(DASHES).flatMap(word => word.split(HYPHENS))))
}
