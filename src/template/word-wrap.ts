import { Failure } from './error.ts'
import { characters, textLength } from './iterate.ts'
import type { Run } from './run.ts'

// Where Python's textwrap cuts a line: at white space, at em dashes, behind the hyphens of compound words.
const SPACED = /([\t\n\v\f\r ]+)/
const DASHES = /(?<=[\p{L}\p{N}_!"'&.,?])(-{2,})(?=[\p{L}\p{N}_])/u
const HYPHENS = /(?<=[\p{L}_]{2}-|[\p{L}_]-[\p{L}_]-)(?=[\p{L}_]-?[\p{L}_])/u

/** How lines are wrapped. */
export type WrapOptions = { width: number; breakLongWords: boolean; breakOnHyphens: boolean }

/** One paragraph cut into lines as Python's `textwrap.wrap` does. */
export function wrapLine(run: Run, line: string, { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  if (width <= 0) throw new Failure('argument', `invalid width ${width} (must be > 0)`)
  run.spend(line.length >> 3)
  const chunks = (breakOnHyphens ? hyphenatedChunks(line) : line.split(SPACED)).filter(chunk => chunk !== '').reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop()
    const current: string[] = []
    let length = 0
    while (chunks.length > 0 && length + textLength(chunks.at(-1)!) <= width) {
      length += textLength(chunks.at(-1)!)
      current.push(chunks.pop()!)
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width)
      breakLong(chunks, current, width - length, { breakLongWords, breakOnHyphens })
    if (current.length > 0 && isBlank(current.at(-1)!)) current.pop()
    if (current.length > 0) lines.push(current.join(''))
  }
  return lines
}

function breakLong(chunks: string[], current: string[], left: number, options: Omit<WrapOptions, 'width'>): void {
  if (!options.breakLongWords) {
    if (current.length === 0) current.push(chunks.pop()!)
    return
  }
  const letters = characters(chunks.pop()!)
  const space = Math.max(1, left)
  const hyphen = options.breakOnHyphens && letters.length > space ? letters.lastIndexOf('-', space - 1) : -1
  const end = hyphen > 0 && letters.slice(0, hyphen).some(c => c !== '-') ? hyphen + 1 : space
  current.push(letters.slice(0, end).join(''))
  if (end < letters.length) chunks.push(letters.slice(end).join(''))
}

function isBlank(chunk: string): boolean {
  return chunk.trim() === ''
}

function hyphenatedChunks(line: string): string[] {
  return line.split(SPACED).flatMap(chunk => (isBlank(chunk) ? [chunk] : chunk.split(DASHES).flatMap(word => word.split(HYPHENS))))
}
