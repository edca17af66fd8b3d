import { defineDetector } from '../detector.ts'

export const privateKeys = defineDetector({
  name: 'private-keys',
  description: 'Private keys in PEM, OpenSSH, PGP and PuTTY form, also those whose beginning or end is missing',
  group: 'secret',
  keywords: ['private key', 'private-lines:'],
  *find(text, hits) {
    let after = 0
    for (const { at, keyword } of hits) {
      if (at < after) continue
      const found = keyword === 'private-lines:' ? bodyFrom(text, at + keyword.length) : keyAround(text, at, after)
      if (found === null || found.end <= after) continue
      after = found.end
      yield { ...found, rule: 'private-key', stand: 'secret' }
    }
  },
})

type Span = { start: number; end: number }

const LONGEST_KEY = 20_000

function keyAround(text: string, at: number, after: number): Span | null {
  const mark = text.slice(Math.max(0, at - 40), at + 60)
  if (/-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/.test(mark)) {
    const begin = text.indexOf('-----', at)
    if (begin < 0 || begin > at + 60) return null
    const start = begin + 5
    const end = text.indexOf('-----END', start)
    // What stands between the marks is the key, however it is laid out; without an end, as far as it goes on as one.
    if (end < 0 || end - start > LONGEST_KEY) return bodyFrom(text, start)
    return /[A-Za-z0-9+/]{16}/.test(text.slice(start, end)) ? { start, end } : null
  }
  return /-----END [A-Z0-9 ]{0,30}PRIVATE KEY/.test(mark) ? bodyBefore(text, text.lastIndexOf('-----END', at), after) : null
}

/** What may stand between the lines of a key: white space, its escapes, quotes, marks of diffs and of quoted text. */
const BETWEEN = /(?:[\s"',>+|-]|\\[nrt]?){0,80}/y
const LINE = /(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash): [^\n\\]{1,80}|[A-Za-z0-9+/=]{16,})/y

function bodyFrom(text: string, start: number): Span | null {
  let end = start
  let next = start
  while (next - start < LONGEST_KEY) {
    BETWEEN.lastIndex = next
    BETWEEN.exec(text)
    LINE.lastIndex = BETWEEN.lastIndex || next
    if (!LINE.test(text)) {
      // The number of lines that PuTTY writes stands before them.
      const count = end === start ? /^\s*\d{1,3}\s/.exec(text.slice(next, next + 8)) : null
      if (count === null) break
      next += count[0].length
      continue
    }
    end = next = LINE.lastIndex
  }
  return end - start >= 16 ? { start, end } : null
}

function bodyBefore(text: string, end: number, after: number): Span | null {
  // The last lines tell: most that is before such a mark is no key.
  if (!/[A-Za-z0-9+/=]{16}/.test(text.slice(Math.max(after, end - 200), end))) return null
  const from = Math.max(after, end - LONGEST_KEY)
  const words = [...text.slice(from, end).matchAll(/[A-Za-z0-9+/=]+/g)]
  let start = end
  for (let i = words.length - 1; i >= 0; i--) {
    const [word] = words[i]!
    const at = from + words[i]!.index
    const gap = text.slice(at + word.length, start)
    if (!/^(?:[\s"',>+|-]|\\){0,80}$/.test(gap) || (word.length < 16 && start !== end && at > from)) break
    start = at
  }
  return end - start >= 16 ? { start, end } : null
}
