import type { Finding } from './detector.ts'
import type { Finder } from './find-in-text.ts'
import { looksDrawn } from './plausible.ts'

/** A finding whose value is not what stands between its ends: something stands in the middle of it. */
export type SplitFinding = Finding & { value: string }

/** Values that go on in the next line, behind a backslash. */
export function* overLineBreaks(text: string, finder: Finder): Iterable<SplitFinding> {
  for (let at = text.indexOf('\\\n'); at >= 0; at = text.indexOf('\\\n', at + 1)) {
    const from = Math.max(text.lastIndexOf('\n', at - 1) + 1, at - REACH)
    const indent = /^[ \t]*/.exec(text.slice(at + 2, at + 42))?.[0].length ?? 0
    for (const next of new Set([at + 2, at + 2 + indent]))
      for (const { first, second, value, rule, stand } of across(text.slice(from, at), text.slice(next, next + REACH), finder, () => true))
        yield { value, rule, stand, start: at - first.start, end: second === 0 ? at - first.end : next + second }
  }
}

/** How far a value may reach into either part. */
const REACH = 2048

/** A value that begins in one text and, as a rule, ends in the next: where in the first, counted from its end, and how much of the second. */
export type Seam = Pick<Finding, 'rule' | 'stand'> & { value: string; first: { start: number; end: number }; second: number }

/** Values that one text begins and the next one ends, as when a file is read in pieces. */
export function acrossTexts(first: string, second: string, finder: Finder): Seam[] {
  if (first === '' || second === '' || /\s/.test(first.at(-1)!) || /^[\n\r\t]/.test(second)) return []
  const seams = across(lastPiece(first.slice(-REACH)), firstPiece(second.slice(0, REACH)), finder, goesOn)
  return second.startsWith(' ') ? seams.filter(({ stand }) => stand === 'phone' || stand === 'number') : seams
}

/** Of all values keys alone go on behind an empty line. */
const KEY = /PRIVATE KEY|Private-Lines/

function lastPiece(text: string): string {
  return KEY.test(text) ? text : text.slice(text.lastIndexOf('\n\n') + 1)
}

function firstPiece(text: string): string {
  const end = KEY.test(text) ? -1 : text.indexOf('\n\n')
  return end < 0 ? text : text.slice(0, end + 1)
}

function across(first: string, second: string, finder: Finder, isOne: typeof goesOn): Seam[] {
  const cut = first.length
  const both = finder.find(first + second)
  if (!both.some(({ start, end }) => start < cut && end > cut)) return []
  const alone = finder.find(first)
  return both.flatMap(({ start, end, rule, stand }) => {
    const known = alone.find(one => one.start === start)
    if (start >= cut || (known !== undefined && known.end === end)) return []
    const part = second.slice(0, Math.max(0, end - cut))
    // What is whole without the next text, or hardly begun in this one, goes on in it only if that does not begin with a word of its own.
    if (part !== '' && (known?.end === cut || cut - start < BEGUN) && !isOne(part, second, rule)) return []
    return [
      {
        rule,
        stand,
        value: (first + second).slice(start, end),
        first: { start: cut - start, end: Math.max(0, cut - end) },
        second: part.length,
      },
    ]
  })
}

/** So many letters of a value before the next text begin one. */
const BEGUN = 4

function goesOn(part: string, second: string, rule: string): boolean {
  if (rule === 'home') return /^[\\/]/.test(second.slice(part.length))
  if (part.length < 6) return /\d/.test(part) && /[^\d]/.test(part)
  return (
    looksDrawn(part, 6) ||
    /[a-z][A-Z]|[A-Z]{2}[a-z]/.test(part) ||
    (part.length >= 12 && /\d/.test(part)) ||
    /[@.]/.test(part) ||
    /^\d+$/.test(part)
  )
}
