import { type Key, type Told, toldIn } from './conversation/copy-print.ts'
import { KeyTable } from './key-table.ts'

/** A row that holds what others may repeat. */
export type Holder = { trace_id: string; root: string | null; parent: string | null }

/** Messages of a row that repeat what another row has said already. */
export type Shared = {
  messages: ReadonlySet<number> // responses, and the prompts in front of them
  holder: Holder // the row that holds the last of them
  isWhole: boolean // no response that could be trained on is the row's own
  atStart: boolean // its first response is one of them
}

/** What is counted of responses that may be trained on in more than one row. */
export type TrainableTwice = {
  /** Responses that may be trained on more than once. */
  messages: number
  /** Their tokens. */
  tokens: number
}

/**
 * Finds what a row repeats of rows before it, by what was said: whoever has copied it, and whether or not any log says so. What was
 * said first in the order of the rows is kept there. It comes after the producers' own links: what a format has marked already takes
 * no part. A response is a copy if its words and its ids or its time are another's; without either, if its text is long; and if it
 * stands beside a copy and did so there. Two runs of one task that happen to say the same at different times are no copies.
 */
export class Copies {
  readonly trainableTwice: TrainableTwice = { messages: 0, tokens: 0 }
  private readonly first = new KeyTable()
  private readonly holders: Holder[] = []
  private readonly gone = new Set<number>()
  private readonly numbers = new WeakMap<object, Map<string, number>>()

  /** What a row repeats of others; null where all it says is its own. `claimant` and `id` say which row it is, should it come again. */
  sharedBy(print: string, claimant: object, id: string): Shared | null {
    if (this.first.isEmpty) return null
    const told = [...toldIn(print)]
    const responses = told.filter(one => !one.isPrompt)
    const own = this.numbers.get(claimant)?.get(id) ?? null
    const ownerOf = (key: Key) => this.ownerOf(key, own, id)
    const owners = responses.map((one, i) =>
      lookedFor(one, responses[i - 1]).reduce<number | null>((known, key) => known ?? ownerOf(key), null),
    )
    const beside = (i: number, copied: number) => {
      const [before, after] = [responses[i - 1]!, responses[i]!]
      return ownerOf(pairOf(before, after, 'beside')) === copied ? copied : ownerOf(pairOf(before, after, 'beside a copy'))
    }
    // A long answer to a prompt after a long answer: the first of the two was matched by the second.
    for (let i = 1; i < responses.length; i++) if (owners[i - 1] !== null) owners[i] ??= beside(i, owners[i - 1]!)
    for (let i = responses.length - 1; i > 0; i--) if (owners[i] !== null) owners[i - 1] ??= beside(i, owners[i]!)
    const last = owners.findLast(owner => owner !== null) ?? null
    if (last === null) return null
    const messages = new Set<number>()
    for (const [i, one] of responses.entries()) if (owners[i] !== null) messages.add(one.at)
    for (const [prompt, response] of promptsOf(told))
      if (messages.has(response.at) && ownerOf(mixed(prompt.words, response.words, 'prompt')) !== null) messages.add(prompt.at)
    return { messages, holder: this.holders[last]!, isWhole: !owners.includes(null), atStart: owners[0] !== null }
  }

  /** As `keep`, of a row whose log is gone. The same session found elsewhere may say all of it too: it takes the row's place. */
  keepGone(print: string, holder: Holder, isTrained: (message: number) => boolean): void {
    this.gone.add(this.holders.length)
    this.keep(print, {}, holder.trace_id, holder, isTrained)
  }

  /** Let a row hold what it may be trained on; `isTrained` says which of its messages those are as it is written. */
  keep(print: string, claimant: object, id: string, holder: Holder, isTrained: (message: number) => boolean): void {
    const number = this.numberOf(claimant, id, holder)
    let prompts: Told[] = [] // in front of the next response
    let before: Told | undefined
    for (const one of toldIn(print)) {
      if (one.isPrompt) {
        prompts.push(one)
        continue
      }
      if (isTrained(one.at)) {
        const firmly = lookedFor(one, undefined)
        if (firmly.some(key => this.ownerOf(key, number, id) !== null)) {
          this.trainableTwice.messages++
          this.trainableTwice.tokens += one.tokens
        }
        for (const key of knownBy(one)) this.first.add(key, number)
        if (before !== undefined && !(before.hasIds && one.hasIds))
          this.first.add(pairOf(before, one, isTrained(before.at) ? 'beside' : 'beside a copy'), number)
        if (before !== undefined && areTwoAnswers(before, one)) this.first.add(mixed(before.words, one.words, 'answers'), number)
        for (const prompt of prompts) this.first.add(mixed(prompt.words, one.words, 'prompt'), number)
      }
      prompts = []
      before = one
    }
  }

  private ownerOf(key: Key, own: number | null, id: string): number | null {
    const owner = this.first.get(key)
    if (owner === null || owner === own) return null
    return this.gone.has(owner) && this.holders[owner]!.trace_id === id ? null : owner
  }

  private numberOf(claimant: object, id: string, holder: Holder): number {
    const numbers = this.numbers.get(claimant) ?? new Map<string, number>()
    this.numbers.set(claimant, numbers)
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, this.holders.length)
    return this.holders.push(holder) - 1
  }
}

/** The keys under which a response is found. */
function knownBy({ words, proof, hasIds, isTimed, isLong }: Told): Key[] {
  const keys = proof === null ? [] : [proof]
  if (!isLong) return keys
  return [...keys, mixed(words, words, 'any time'), ...(hasIds || isTimed ? [] : [mixed(words, words, 'no time')])]
}

/** The keys under which a response's original would be found. Of two that tell different times, or ids, the words alone prove nothing. */
function lookedFor(one: Told, before: Told | undefined): Key[] {
  const { words, proof, hasIds, isTimed, isLong } = one
  const keys = proof === null ? [] : [proof]
  if (isLong) keys.push(mixed(words, words, hasIds || isTimed ? 'no time' : 'any time'))
  if (before !== undefined && areTwoAnswers(before, one)) keys.push(mixed(before.words, words, 'answers'))
  return keys
}

/** Two long answers in a row, to what somebody typed: whoever asks the same twice gets other answers. */
function areTwoAnswers(before: Told, one: Told): boolean {
  return before.isLong && one.isLong && one.isAnswer && !one.hasIds && !before.hasIds
}

/** That one response follows another: one of the row's own, or one that it repeats. */
function pairOf(before: Told, one: Told, how: 'beside' | 'beside a copy'): Key {
  return mixed(before.words, one.words, how)
}

function* promptsOf(told: readonly Told[]): Iterable<[prompt: Told, response: Told]> {
  let response: Told | null = null
  for (const one of told.toReversed()) {
    if (!one.isPrompt) response = one
    else if (response !== null) yield [one, response]
  }
}

const SALTS = { 'any time': 0x1d, 'no time': 0x2e, answers: 0x3f, beside: 0x4a, 'beside a copy': 0x5c, prompt: 0x5b }

function mixed(a: Key, b: Key, how: keyof typeof SALTS): Key {
  let [high, low] = a
  for (const value of [b[0], b[1], SALTS[how]]) {
    high = Math.imul(high ^ (high >>> 16) ^ value, 0x85ebca6b)
    low = Math.imul(low ^ (low >>> 13) ^ high, 0xc2b2ae35)
    high ^= low >>> 15
  }
  return [high | 0, low | 0]
}
