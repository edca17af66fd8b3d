/** A piece of a text that says another text in another way, and how that is written again. */
export type Encoded = Read & {
  start: number
  end: number
  otherwise?: Read // as forms are written, in which a plus stands for a space: where nothing is found without
}

type Read = { text: string; encode(text: string): string }

/** Pieces in base 64, hexadecimal or URL encoding that hold readable text, and those in which JSON writes signs by their number. */
export function* encodedIn(text: string): Iterable<Encoded> {
  for (const [start, end] of runsIn(text)) {
    const piece = decoded(text.slice(start, end))
    if (piece !== null) yield { start, end, ...piece }
  }
  if (text.includes('%')) yield* urlEncoded(text)
  if (text.includes('\\u00')) yield* numbered(text)
}

const SHORTEST = 12

/** Lines of these widths go on in the next one: encoders break there. */
const WIDTHS = [64, 76]

/** Runs of letters of base 64 that are long enough to hold something, with the signs that end them. Between them whole lengths are stepped over. */
function runsIn(text: string): [start: number, end: number][] {
  const runs: [number, number][] = []
  let after = 0
  let at = SHORTEST - 1
  while (at < text.length) {
    if (isLetter(text.charCodeAt(at))) {
      let start = at
      while (start > after && isLetter(text.charCodeAt(start - 1))) start--
      at = after = endOfRun(text, start)
      if (at - start >= SHORTEST) runs.push([start, text[at] === '=' ? at + (text[at + 1] === '=' ? 2 : 1) : at])
    }
    at += SHORTEST
  }
  return runs
}

function endOfRun(text: string, start: number): number {
  let line = start
  for (let i = start; ; i++) {
    if (isLetter(text.charCodeAt(i))) continue
    if (text[i] !== '\n' || !WIDTHS.includes(i - line) || i + 1 >= text.length) return i
    line = i + 1
  }
}

function isLetter(code: number): boolean {
  return code < 128 && IS_LETTER[code] === 1
}

const IS_LETTER = new Uint8Array(128)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') IS_LETTER[letter.charCodeAt(0)] = 1

function decoded(run: string): Pick<Encoded, 'text' | 'encode'> | null {
  if (/^[0-9a-fA-F]+$/.test(run)) {
    if (run.length % 2 !== 0 || run.length < 24) return null
    const text = Buffer.from(run, 'hex').toString('latin1')
    return isReadable(text) ? { text, encode: changed => Buffer.from(changed).toString('hex') } : null
  }
  // Most runs are words and paths: a look at the beginning tells.
  if (!beginsReadable(run)) return null
  const isUrl = /[_-]/.test(run)
  const text = Buffer.from(run, 'base64').toString('utf8')
  if (!isReadable(text)) return null
  return { text, encode: changed => Buffer.from(changed).toString(isUrl ? 'base64url' : 'base64') }
}

/** Whether the first bytes are letters and signs, or part of letters beyond ASCII. */
function beginsReadable(run: string): boolean {
  let bits = 0
  let held = 0
  for (let i = 0; i < Math.min(run.length, 16) && run[i] !== '='; i++) {
    bits = (bits << 6) | SIXTY_FOUR[run.charCodeAt(i) & 127]!
    held += 6
    if (held < 8) continue
    held -= 8
    const byte = (bits >> held) & 255
    if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) return false
    // No text has a byte of the middle of a letter at its beginning.
    if (i === 1 && byte >= 128 && byte < 192) return false
  }
  return true
}

const SIXTY_FOUR = new Uint8Array(128)
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  SIXTY_FOUR[letter.charCodeAt(0)] = i
SIXTY_FOUR['-'.charCodeAt(0)] = 62
SIXTY_FOUR['_'.charCodeAt(0)] = 63

function isReadable(text: string): boolean {
  let odd = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0xfffd || (unit < 32 && unit !== 10 && unit !== 13 && unit !== 9) || (unit >= 127 && unit < 160)) odd++
  }
  return odd * 20 <= text.length && text.length > 0
}

const UNIT = /[A-Za-z0-9._~!*'()%+-]/

function* urlEncoded(text: string): Iterable<Encoded> {
  let after = 0
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', Math.max(at + 1, after))) {
    if (at < after || !/^%[0-9A-Fa-f]{2}/.test(text.slice(at, at + 3))) continue
    let start = at
    while (start > after && UNIT.test(text[start - 1]!)) start--
    let end = at
    while (end < text.length && UNIT.test(text[end]!)) end++
    after = end
    const run = text.slice(start, end)
    try {
      const otherwise = run.includes('+') ? { otherwise: { text: decodeURIComponent(run.replaceAll('+', ' ')), encode: asInForm } } : {}
      yield { start, end, text: decodeURIComponent(run), encode: encodeURIComponent, ...otherwise }
    } catch {
      // Not what an encoder wrote: looked at as it is.
    }
  }
}

/** A text as a form has it, in which a plus stands for a space. */
export function asInForm(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

/** A sign or letter of ASCII by its number, in JSON or JSON within JSON. */
const NUMBERED = /\\{1,7}u00([2-7][0-9A-Fa-f])/g

/** How far around a number the text is looked at. */
const AROUND = 2048

/** Texts up to the quotes or line breaks around them. */
function* numbered(text: string): Iterable<Encoded> {
  let after = 0
  for (const { 0: found, index } of text.matchAll(NUMBERED)) {
    if (index < after) continue
    let start = index
    while (start > after && index - start < AROUND && !/["\n]/.test(text[start - 1]!)) start--
    let end = index + found.length
    while (end < text.length && end - index < AROUND && !/["\n]/.test(text[end]!)) end++
    after = end
    const written = new Map<string, string>()
    const inner = text.slice(start, end).replace(NUMBERED, (whole, number: string) => {
      const sign = String.fromCharCode(Number.parseInt(number, 16))
      written.set(sign, whole)
      return sign
    })
    yield { start, end, text: inner, encode: changed => Array.from(changed, sign => written.get(sign) ?? sign).join('') }
  }
}
