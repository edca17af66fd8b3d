import { isWord } from './boundary.ts'
import type { Finding } from './detector.ts'
import { NeedleScan } from './needle-scan.ts'

/** A value that was caught somewhere in a lineage. */
export type Caught = { value: string; rule: string; stand: Finding['stand'] }

/** A place where a caught value stands; `caught` says which. */
export type KnownFinding = Finding & { caught: Caught }

/** So many letters are looked for; the rest is compared where they stand, over line breaks. */
const BEGINNING = 8

type Form = { text: string; caught: Caught; isWhole: boolean }

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
      const { text: form, caught, isWhole } = this.forms[index]!
      const end = isWhole ? wholeWord(text, at, form) : endOver(text, at, form)
      if (end !== null) found.push({ start: at, end, rule: caught.rule, stand: caught.stand, caught })
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
  if (stand !== 'secret') return [{ text: value, caught, isWhole: true }, ...encoded(value).map(text => ({ text, caught, isWhole: false }))]
  return [value, ...encoded(value)].map(text => ({ text, caught, isWhole: false }))
}

/** Other ways to write a text: in a URL, in JSON, in base 64 wherever it begins in it, in hexadecimal. */
function encoded(value: string): string[] {
  const forms = new Set<string>()
  const bytes = Buffer.from(value)
  forms.add(encodeURIComponent(value))
  forms.add(JSON.stringify(value).slice(1, -1))
  forms.add(JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1))
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // Letters at the edges hold bits of what stands beside.
    const core = text.slice(shift === 0 ? 0 : shift + 1, text.length - [0, 4, 3][(bytes.length + shift) % 3]!)
    if (core.length >= BEGINNING) forms.add(core).add(core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  if (bytes.length >= 8) forms.add(bytes.toString('hex'))
  forms.delete(value)
  return [...forms].filter(text => text.length >= BEGINNING)
}

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
