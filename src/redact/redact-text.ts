import type { Detector, Finding } from './detector.ts'
import { encodedIn } from './encodings.ts'
import { apart, Finder } from './find-in-text.ts'
import type { Caught, KnownValues } from './known-values.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { overLineBreaks, type SplitFinding } from './split-values.ts'

/** Replaces in texts what detectors find, and what is known from elsewhere. */
export class TextRedactor {
  readonly finder: Finder
  private readonly pseudonyms: Pseudonyms
  private readonly allowed: ReadonlySet<string>
  private readonly quiet = new Set<string>() // short texts in which nothing is found: keys, names of tools, states

  /** `allowed`: values in lower case that stay as they are. */
  constructor(detectors: readonly Detector[], { allowed, pseudonyms }: { allowed: ReadonlySet<string>; pseudonyms: Pseudonyms }) {
    this.finder = new Finder(detectors)
    this.pseudonyms = pseudonyms
    this.allowed = allowed
  }

  /** The text with pseudonyms. `caught` hears of every value; `more` are places that were found by looking at other texts, too. */
  redact(text: string, caught: (one: Caught) => void, more: readonly SplitFinding[] = []): string {
    if (text.length > SHORT || more.length > 0) return this.within(text, caught, more, DEEPEST)
    if (this.quiet.has(text)) return text
    let isQuiet = true
    const changed = this.within(
      text,
      one => {
        isQuiet = false
        caught(one)
      },
      more,
      DEEPEST,
    )
    if (!isQuiet || changed !== text) return changed
    if (this.quiet.size === MOST_QUIET) this.quiet.clear()
    this.quiet.add(text)
    return text
  }

  /** The text with pseudonyms for values that are known. */
  replace(text: string, known: KnownValues, caught: (one: Caught) => void): string {
    const found = known.find(text)
    return found.length === 0
      ? text
      : written(
          text,
          found.map(finding => this.changeOf(finding, finding.caught.value)),
          caught,
        )
  }

  private within(text: string, caught: (one: Caught) => void, more: readonly SplitFinding[], depth: number): string {
    const changes: Change[] = []
    const enter = (finding: Finding, value: string) => {
      if (!this.allowed.has(value.toLowerCase())) changes.push(this.changeOf(finding, value))
    }
    for (const finding of more) enter(finding, finding.value)
    for (const finding of this.finder.find(text)) enter(finding, text.slice(finding.start, finding.end))
    for (const finding of overLineBreaks(text, this.finder)) enter(finding, finding.value)
    if (depth > 0) {
      for (const { start, end, otherwise, ...read } of encodedIn(text)) {
        for (const { text: inner, encode } of otherwise === undefined ? [read] : [read, otherwise]) {
          const heard: Caught[] = []
          const changed = this.within(inner, one => heard.push(one), [], depth - 1)
          if (changed === inner) continue
          changes.push({ start, end, text: encode(changed), caught: heard })
          break
        }
      }
    }
    return changes.length === 0 ? text : written(text, changes, caught)
  }

  private changeOf({ start, end, rule, stand }: Finding, value: string): Change {
    return {
      start,
      end,
      text: this.pseudonyms.of(value, { rule, stand }),
      caught: [{ value, rule, stand }],
      isVague: rule.endsWith('-value'),
    }
  }
}

/** So many encodings within each other are looked through. */
const DEEPEST = 3

/** Most texts of a row are so short, and the same few ones over and over: it is remembered of so many that nothing is in them. */
const SHORT = 48
const MOST_QUIET = 8192

/** A place and what is written there instead. */
type Change = { start: number; end: number; text: string; caught: readonly Caught[]; isVague?: boolean }

function written(text: string, changes: readonly Change[], caught: (one: Caught) => void): string {
  let result = ''
  let from = 0
  for (const change of apart(changes)) {
    result += text.slice(from, change.start) + change.text
    from = change.end
    for (const one of change.caught) caught(one)
  }
  return result + text.slice(from)
}
