import { table } from '../../json/table.ts'
import { splitLines, splitSpace, strip } from '../../python/white-space.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { truth } from '../values/compare.ts'
import { characters, iterate, textLength, textSlice } from '../values/iterate.ts'
import { capitalize, isCased, isTitle, pad, swapCase, titleCase } from '../values/letter-case.ts'
import { integerArgument, isNothing, type Native, textArgument } from '../values/native.ts'
import { firstIndexOf, lastIndexOf, splitAt } from '../values/text-search.ts'
import { stringOf, Tuple, typeName } from '../values/values.ts'

/** A method that only needs its text. */
function simple(apply: (text: string) => unknown): Native {
  return {
    takes: [],
    apply: (_, text) => apply(text as string),
  }
}

/** One that makes each letter by itself: a step for every few of them. */
function byLetter(apply: (text: string) => unknown): Native {
  return {
    takes: [],
    apply: (run, text) => {
      run.spend((text as string).length / 4)
      return apply(text as string)
    },
  }
}

function matcher(pattern: RegExp): Native {
  return simple(text => pattern.test(text))
}

/** Methods of text. `format` is apart: it takes any arguments. */
export const textMethods = table<Native>({
  upper: simple(text => text.toUpperCase()),
  lower: simple(text => text.toLowerCase()),
  casefold: simple(text => text.toLowerCase().replaceAll('ß', 'ss')),
  title: byLetter(titleCase),
  capitalize: simple(capitalize),
  swapcase: byLetter(swapCase),
  strip: { takes: ['chars?'], apply: (run, text, set) => stripped(run, text, set, true, true) },
  lstrip: { takes: ['chars?'], apply: (run, text, set) => stripped(run, text, set, true, false) },
  rstrip: { takes: ['chars?'], apply: (run, text, set) => stripped(run, text, set, false, true) },
  split: { takes: ['sep?', 'maxsplit?'], apply: (run, text, separator, most) => pieces(run, split(text as string, separator, most)) },
  rsplit: {
    takes: ['sep?', 'maxsplit?'],
    apply: (run, text, separator, most) => pieces(run, splitFromRight(text as string, separator, most)),
  },
  splitlines: { takes: ['keepends?'], apply: (run, text, keep) => pieces(run, splitLines(text as string, truth(keep))) },
  partition: { takes: ['sep'], apply: (_, text, separator) => partition(text as string, textArgument('sep', separator), false) },
  rpartition: { takes: ['sep'], apply: (_, text, separator) => partition(text as string, textArgument('sep', separator), true) },
  join: { takes: ['items'], apply: join },
  replace: { takes: ['old', 'new', 'count?'], apply: replaceMethod },
  startswith: {
    takes: ['prefix', 'start?', 'end?'],
    apply: (run, text, part, start, end) => hasEnd(run, text, part, start, end, 'startsWith'),
  },
  endswith: {
    takes: ['suffix', 'start?', 'end?'],
    apply: (run, text, part, start, end) => hasEnd(run, text, part, start, end, 'endsWith'),
  },
  removeprefix: { takes: ['prefix'], apply: (_, text, part) => withoutPrefix(text as string, textArgument('prefix', part)) },
  removesuffix: { takes: ['suffix'], apply: (_, text, part) => withoutSuffix(text as string, textArgument('suffix', part)) },
  find: { takes: ['sub', 'start?', 'end?'], apply: (_, text, part, start, end) => find(text as string, part, start, end, false) },
  rfind: { takes: ['sub', 'start?', 'end?'], apply: (_, text, part, start, end) => find(text as string, part, start, end, true) },
  index: { takes: ['sub', 'start?', 'end?'], apply: (_, text, part, start, end) => found(find(text as string, part, start, end, false)) },
  rindex: { takes: ['sub', 'start?', 'end?'], apply: (_, text, part, start, end) => found(find(text as string, part, start, end, true)) },
  count: { takes: ['sub', 'start?', 'end?'], apply: (_, text, part, start, end) => count(text as string, part, start, end) },
  center: { takes: ['width', 'fillchar?'], apply: (run, text, width, fill) => pad(run, text as string, width, fill, 'center') },
  ljust: { takes: ['width', 'fillchar?'], apply: (run, text, width, fill) => pad(run, text as string, width, fill, 'left') },
  rjust: { takes: ['width', 'fillchar?'], apply: (run, text, width, fill) => pad(run, text as string, width, fill, 'right') },
  zfill: { takes: ['width'], apply: zeroFill },
  expandtabs: { takes: ['tabsize?'], apply: expandTabs },
  isdigit: matcher(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u),
  isdecimal: matcher(/^\p{Nd}+$/u),
  isnumeric: matcher(/^\p{N}+$/u),
  isalpha: matcher(/^\p{L}+$/u),
  isalnum: matcher(/^[\p{L}\p{N}]+$/u),
  isascii: matcher(/^[\x00-\x7f]*$/),
  isspace: simple(text => text !== '' && strip(text, null) === ''),
  isidentifier: matcher(/^[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*$/u),
  isprintable: simple(text => !/[^ \P{Z}]|\p{C}/u.test(text)),
  islower: simple(text => isCased(text) && text === text.toLowerCase()),
  isupper: simple(text => isCased(text) && text === text.toUpperCase()),
  istitle: byLetter(isTitle),
})

function stripped(run: Run, text: unknown, set: unknown, left: boolean, right: boolean): string {
  run.spend((text as string).length / 16)
  return strip(text as string, isNothing(set) ? null : textArgument('chars', set), left, right)
}

function pieces(run: Run, texts: string[]): string[] {
  run.spend(texts.length / 4)
  return run.own(texts)
}

function limit(most: unknown): number {
  const number = integerArgument('maxsplit', most, -1)
  return number < 0 ? Number.POSITIVE_INFINITY : number
}

function split(text: string, separator: unknown, most: unknown): string[] {
  if (isNothing(separator)) return most === undefined ? splitSpace(text) : splitSpaceAtMost(text, limit(most))
  const by = textArgument('sep', separator)
  if (by === '') throw new Failure('argument', 'empty separator')
  const parts = splitAt(text, by)
  const count = limit(most)
  return parts.length <= count + 1 ? parts : [...parts.slice(0, count), parts.slice(count).join(by)]
}

function splitSpaceAtMost(text: string, count: number): string[] {
  const words = splitSpace(text)
  if (words.length <= count) return words
  const head = words.slice(0, count)
  let at = 0
  for (const word of head) at = text.indexOf(word, at) + word.length
  return [...head, strip(text.slice(at), null, true, false)]
}

function splitFromRight(text: string, separator: unknown, most: unknown): string[] {
  const count = limit(most)
  if (isNothing(separator)) {
    const words = splitSpace(text)
    if (words.length <= count + 1) return words
    const tail = words.slice(words.length - count)
    let at = text.length
    for (const word of tail.toReversed()) at = text.lastIndexOf(word, at - word.length)
    return [strip(text.slice(0, at), null, false, true), ...tail]
  }
  const by = textArgument('sep', separator)
  if (by === '') throw new Failure('argument', 'empty separator')
  const parts = splitAt(text, by)
  const cut = parts.length - count
  return cut <= 1 ? parts : [parts.slice(0, cut).join(by), ...parts.slice(cut)]
}

function partition(text: string, separator: string, fromRight: boolean): Tuple {
  if (separator === '') throw new Failure('argument', 'empty separator')
  const at = fromRight ? lastIndexOf(text, separator) : firstIndexOf(text, separator)
  if (at < 0) return new Tuple(fromRight ? ['', '', text] : [text, '', ''])
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)])
}

function join(run: Run, separator: unknown, items: unknown): string {
  let length = 0
  const parts = iterate(run, items).map((item, index) => {
    const text = stringOf(item)
    if (text === null) throw new Failure('type', `sequence item ${index}: expected str instance, ${typeName(item)} found`)
    length += text.length + (separator as string).length
    run.reserve(length)
    return text
  })
  return run.sized(parts.join(separator as string))
}

function replaceMethod(run: Run, text: unknown, old: unknown, replacement: unknown, most: unknown): string {
  return replaceText(run, text as string, textArgument('old', old), textArgument('new', replacement), integerArgument('count', most, -1))
}

/** Python's `str.replace`; an empty `old` stands between all characters. */
export function replaceText(run: Run, text: string, old: string, replacement: string, most: number): string {
  const parts = old === '' ? ['', ...characters(text), ''] : splitAt(text, old)
  const count = Math.min(parts.length - 1, most < 0 ? Number.POSITIVE_INFINITY : most)
  run.reserve(text.length + count * replacement.length)
  run.spend(parts.length / 4 + (text.length + old.length) / 32)
  const rest = parts.slice(count).join(old)
  return run.sized(count === 0 ? rest : `${parts.slice(0, count).join(replacement)}${replacement}${rest}`)
}

function slicePart(text: string, start: unknown, end: unknown): { part: string; from: number } {
  const length = textLength(text)
  const position = (value: unknown, missing: number) => {
    const index = isNothing(value) ? missing : integerArgument('start', value)
    return index < 0 ? Math.max(0, index + length) : Math.min(index, length + 1)
  }
  const from = position(start, 0)
  return { part: textSlice(text, from, Math.max(from, position(end, length))), from }
}

function hasEnd(run: Run, text: unknown, part: unknown, start: unknown, end: unknown, which: 'startsWith' | 'endsWith'): boolean {
  const inside = slicePart(text as string, start, end).part
  if (part instanceof Tuple) return iterate(run, part).some(one => inside[which](textArgument('prefix', one)))
  return inside[which](textArgument('prefix', part))
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
}

function find(text: string, wanted: unknown, start: unknown, end: unknown, last: boolean): number {
  const { part, from } = slicePart(text, start, end)
  const sub = textArgument('sub', wanted)
  const at = last ? lastIndexOf(part, sub) : firstIndexOf(part, sub)
  return at < 0 ? -1 : from + textLength(part.slice(0, at))
}

function found(index: number): number {
  if (index < 0) throw new Failure('type', 'substring not found')
  return index
}

function count(text: string, wanted: unknown, start: unknown, end: unknown): number {
  const { part } = slicePart(text, start, end)
  const sub = textArgument('sub', wanted)
  return sub === '' ? textLength(part) + 1 : splitAt(part, sub).length - 1
}

function zeroFill(run: Run, text: unknown, width: unknown): string {
  const [, sign, digits] = /^([-+]?)(.*)$/s.exec(text as string) as unknown as [string, string, string]
  const missing = integerArgument('width', width) - textLength(text as string)
  run.reserve(missing)
  return missing <= 0 ? (text as string) : run.sized(sign + '0'.repeat(missing) + digits)
}

function expandTabs(run: Run, text: unknown, size: unknown): string {
  const width = integerArgument('tabsize', size, 8)
  let column = 0
  let length = 0
  run.spend((text as string).length / 4)
  return characters(text as string)
    .map(c => {
      const wide = c === '\t' ? (width > 0 ? width - (column % width) : 0) : 1
      run.reserve((length += wide))
      column = c === '\n' || c === '\r' ? 0 : column + wide
      return c === '\t' ? ' '.repeat(wide) : c
    })
    .join('')
}
