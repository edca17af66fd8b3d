import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { textLength } from './iterate.ts'
import { integerArgument, textArgument } from './native.ts'

/** Python's `str.capitalize`. */
export function capitalize(text: string): string {
  const first = text === '' ? '' : String.fromCodePoint(text.codePointAt(0)!)
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}

/** Python's `str.title`: a capital after everything that is not a letter. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}\p{M}*(?:\p{L}|\p{M})*/gu, word => capitalize(word))
}

/** Python's `str.swapcase`. */
export function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, c => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))
}

/** Whether a text has a letter that has a case. */
export function isCased(text: string): boolean {
  return /[\p{Ll}\p{Lu}\p{Lt}]/u.test(text)
}

/** Python's `str.istitle`. */
export function isTitle(text: string): boolean {
  return isCased(text) && text === titleCase(text)
}

/** Text with `fill` at its sides up to a width. */
export function pad(run: Run, text: string, width: unknown, fill: unknown, align: 'left' | 'right' | 'center'): string {
  const filler = textArgument('fillchar', fill, ' ')
  if (textLength(filler) !== 1) throw new Failure('argument', 'The fill character must be exactly one character long')
  const wanted = integerArgument('width', width)
  const missing = wanted - textLength(text)
  if (missing <= 0) return text
  run.reserve(wanted)
  // Where Python puts the odd one: to the left when text and width are both odd.
  const before = align === 'left' ? 0 : align === 'right' ? missing : (missing >> 1) + (missing & wanted & 1)
  return run.sized(filler.repeat(before) + text + filler.repeat(missing - before))
}
