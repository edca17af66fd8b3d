import { isWord } from './boundary.ts'
import type { Finding } from './detector.ts'
import { asInForm } from './encodings.ts'
import { NeedleScan } from './needle-scan.ts'

/** A value that was caught somewhere in a lineage. */
export type Caught = { value: string; rule: string; stand: Finding['stand'] }

/** A place where a caught value stands; `caught` says which. */
export type KnownFinding = Finding & { caught: Caught }

/** So many letters are looked for; the rest is compared where they stand, over line breaks. */
const BEGINNING = 8

/** A way to write a value. `isBase64`: letters that follow up to the end of the encoding hold the last of it, with padding. */
type Form = { text: string; caught: Caught; isWhole: boolean; isBase64?: true }

/** Finds values of a lineage wherever they stand again: as they are, escaped, encoded, split over lines. */
export class KnownValues {
  private readonly forms: Form[]
  private readonly scan: NeedleScan

  constructor(caught: Iterable<Caught>) {
    this.forms = [...caught].flatMap(formsOf)
    this.scan = new NeedleScan(this.forms.map(({ text, isWhole }) => (isWhole ? text : text.slice(0, BEGINNING))))
  }

  /** Places of known values. */
  find(text: string): KnownFinding[] {
    const found: KnownFinding[] = []
    this.scan.find(text, (index, at) => {
      const { text: form, caught, isWhole, isBase64 } = this.forms[index]!
      const end = isWhole ? wholeWord(text, at, form) : endOver(text, at, form)
      if (end !== null)
        found.push({ start: at, end: isBase64 ? endOfEncoding(text, end) : end, rule: caught.rule, stand: caught.stand, caught })
    })
    return found
  }

  /** Whether a known value stands in the text. */
  any(text: string): boolean {
    return this.find(text).length > 0
  }
}

function formsOf(caught: Caught): Form[] {
  const { value, stand } = caught
  if (stand === 'user' || stand === 'host')
    return [...new Set([value, value.toLowerCase(), value[0]!.toUpperCase() + value.slice(1)])].map(text => ({
      text,
      caught,
      isWhole: true,
    }))
  if (stand !== 'secret') return [{ text: value, caught, isWhole: true }, ...encodedForms(caught)]
  return [{ text: value, caught, isWhole: false }, ...encodedForms(caught)]
}

function encodedForms(caught: Caught): Form[] {
  const { value } = caught
  return [
    ...encoded(value).map((text): Form => ({ text, caught, isWhole: false })),
    ...base64Cores(value).map((text): Form => ({ text, caught, isWhole: false, isBase64: true })),
  ]
}

/** Other ways to write a text: in a URL, in JSON, in hexadecimal. */
function encoded(value: string): string[] {
  const forms = new Set<string>()
  const bytes = Buffer.from(value)
  forms.add(encodeURIComponent(value))
  forms.add(asInForm(value))
  // Who reads a form takes a plus for a space, who writes one a space for a plus, whatever else is encoded.
  forms.add(value.replaceAll(' ', '+'))
  forms.add(value.replaceAll('+', ' '))
  forms.add(JSON.stringify(value).slice(1, -1))
  forms.add(JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1))
  if (bytes.length >= 8) forms.add(bytes.toString('hex'))
  forms.delete(value)
  return [...forms].filter(text => text.length >= BEGINNING)
}

/** The letters that stand for a text in base 64 wherever it begins in it, without those at the edges, which hold bits of what stands beside. */
function base64Cores(value: string): string[] {
  const bytes = Buffer.from(value)
  const cores = new Set<string>()
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const core = text.slice(shift === 0 ? 0 : shift + 1, text.length - [0, 4, 3][(bytes.length + shift) % 3]!)
    if (core.length >= BEGINNING) cores.add(core).add(core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  cores.delete(value)
  return [...cores]
}

/** Where an encoding ends of which so few letters are left that they hold the end of the value and no other word. */
function endOfEncoding(text: string, end: number): number {
  TAIL.lastIndex = end
  return end + (TAIL.exec(text)?.[0].length ?? 0)
}

const TAIL = /[\w+/-]{0,4}={0,2}(?![\w+/=-])/y

function wholeWord(text: string, at: number, form: string): number | null {
  const end = at + form.length
  const isIn = (place: number) => place >= 0 && place < text.length && isWord(text.charCodeAt(place)) && text[place] !== '_'
  if (isIn(at - 1) && !/\\[nrt]$|%[0-9A-Fa-f]{2}$/.test(text.slice(Math.max(0, at - 3), at))) return null
  return isIn(end) ? null : end
}

/** Where the form ends that begins here, line breaks and what stands around them left out of account; null where it does not go on. */
function endOver(text: string, start: number, form: string): number | null {
  let at = start
  for (let i = 0; i < form.length; i++) {
    if (text[at] !== form[i]) {
      BREAK.lastIndex = at
      const gap = BREAK.exec(text)
      if (gap === null) return null
      at += gap[0].length
      if (text[at] !== form[i]) return null
    }
    at++
  }
  return at
}

/** A line break with what escapes it, indents or marks the next line, or a text that ends and goes on in another. */
const BREAK = /(?:["'] ?[+.]? ?)?\\?(?:\r?\n|\\n)[ \t+>|-]{0,40}["']?|["'] ?[+.]? ?["']/y
