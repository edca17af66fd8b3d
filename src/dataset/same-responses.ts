import type { ResponseMark } from '../rollout/conversation/response-marks.ts'
import type { Usage } from '../rollout/conversation/row.ts'
import { KeyTable } from '../rollout/key-table.ts'

/** An answer as a row tells it. */
export type Answer = Pick<ResponseMark, 'message' | 'ids' | 'said' | 'alike'> & {
  row: number
  kind: string // of the log
  at: number | null // milliseconds
  tokens: Usage | null
  isOwn: boolean // its tokens count in this row, as far as the row knows
}

/** Two that recorded one request tell its answer so soon after each other, in milliseconds. */
const SOON = 2 * 60_000

/** With so many answers of the same words and tokens one is compared: a hostile log has no others. */
const MAX_COMPARED = 64

/** Logs of further kinds are taken for one kind. */
const MAX_KINDS = 30

const NOBODY = -1

/**
 * Groups of answers that are one response. They are one by an id that both have; by words and time where one has lost its id; and, in
 * logs of different kinds, by words, tokens and about the time: an answer in one kind of log has at most one in another.
 */
export class SameResponses {
  private readonly byId = new KeyTable()
  private readonly named = new KeyTable()
  private readonly nameless = new KeyTable()
  private readonly kinds = new Map<string, number>()
  private readonly answers: Held[] = []
  private readonly starts: number[] = [0] // of rows among the answers
  private readonly taken: number[] = [] // responses that count in a row
  private readonly told = new Map<number, { holder: number | null }>() // responses that several rows tell

  /** Whether more than one row tells a response. */
  get areSome(): boolean {
    return this.told.size > 0
  }

  /** The next answer of the row that is being read. */
  add({ row, message, kind, at, tokens, isOwn, ids, said, alike }: Answer): void {
    const number = this.answers.length
    const one: Held = {
      above: number,
      row,
      message,
      at: at ?? Number.NaN,
      alike: isOwn ? alike : null,
      kinds: this.bitOf(kind),
      isNamed: ids.length > 0,
      isOwn,
      input: tokens?.input_tokens ?? Number.NaN,
      output: tokens?.output_tokens ?? Number.NaN,
    }
    this.answers.push(one)
    for (const id of ids) {
      const first = this.byId.get(keyOf(id))
      if (first === null) this.byId.add(keyOf(id), number)
      else if (areOneGrown(this.answers[first]!, one)) this.join(first, number)
    }
    if (said === null) return
    const key = keyOf(said)
    const first = one.isNamed ? this.nameless.get(key) : (this.named.get(key) ?? this.nameless.get(key))
    // Two of different ids are two, whatever they say.
    if (first !== null && !(one.isNamed && this.top(first).isNamed)) this.join(first, number)
    const table = one.isNamed ? this.named : this.nameless
    table.add(key, number)
  }

  /** A row has been read: `responses`, how many of them count in it. */
  endOfRow(responses: number): void {
    this.starts.push(this.answers.length)
    this.taken.push(responses)
  }

  /** All rows have been read: answers in different kinds of logs are compared, and each response gets the row it counts in. */
  end(): void {
    if (this.kinds.size > 1) this.pairAlike()
    const rows = new Int32Array(this.answers.length).fill(NOBODY)
    for (const { above, row } of this.answers) {
      const top = this.numberOfTop(above)
      if (rows[top] === NOBODY) rows[top] = row
      else if (rows[top] !== row) this.told.set(top, { holder: null })
    }
    if (!this.areSome) return
    for (const { above, row, isOwn } of this.answers) {
      const told = isOwn ? this.told.get(this.numberOfTop(above)) : undefined
      if (told !== undefined && (told.holder === null || this.taken[row]! > this.taken[told.holder]!)) told.holder = row
    }
  }

  /** The response that an answer is, where more than one row tells it. */
  groupOf(row: number, message: number): number | null {
    let [from, to] = [this.starts[row]!, this.starts[row + 1]!]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.answers[middle]!.message < message) from = middle + 1
      else to = middle
    }
    if (from === this.starts[row + 1] || this.answers[from]!.message !== message) return null
    const top = this.numberOfTop(from)
    return this.told.has(top) ? top : null
  }

  /** The row in which a response counts: of those that count it the one that took most responses. Null: none does. */
  holderOf(group: number): number | null {
    return this.told.get(group)?.holder ?? null
  }

  private pairAlike(): void {
    const first = new KeyTable()
    const chains = new Map<number, number[]>()
    for (const [number, { alike, at }] of this.answers.entries()) {
      if (alike === null || Number.isNaN(at)) continue
      const head = first.get(keyOf(alike))
      if (head === null) {
        first.add(keyOf(alike), number)
        continue
      }
      const chain = chains.get(head) ?? [head]
      chains.set(head, chain)
      const same = chain.find(other => this.areOneRequest(this.answers[other]!, this.answers[number]!))
      if (same !== undefined) this.join(same, number)
      if (chain.push(number) > MAX_COMPARED) chain.shift()
    }
  }

  private areOneRequest(a: Held, b: Held): boolean {
    return Math.abs(a.at - b.at) <= SOON && (this.top(a.above).kinds & this.top(b.above).kinds) === 0
  }

  private join(a: number, b: number): void {
    const [one, other] = [this.numberOfTop(a), this.numberOfTop(b)]
    if (one === other) return
    const [upper, lower] = [this.answers[Math.min(one, other)]!, this.answers[Math.max(one, other)]!]
    lower.above = upper.above
    upper.kinds |= lower.kinds
    upper.isNamed ||= lower.isNamed
  }

  private top(number: number): Held {
    return this.answers[this.numberOfTop(number)]!
  }

  private numberOfTop(number: number): number {
    let at = number
    while (this.answers[at]!.above !== at) {
      const one = this.answers[at]!
      one.above = this.answers[one.above]!.above
      at = one.above
    }
    return at
  }

  private bitOf(kind: string): number {
    const known = this.kinds.get(kind) ?? Math.min(this.kinds.size, MAX_KINDS)
    this.kinds.set(kind, known)
    return 1 << known
  }
}

/** An answer as it is held: the one with itself above it stands for its group. */
type Held = {
  above: number
  readonly row: number
  readonly message: number
  readonly at: number
  readonly alike: number | null
  kinds: number // a bit for each, of a whole group
  isNamed: boolean // whether one of a group has an id
  readonly isOwn: boolean
  readonly input: number
  readonly output: number
}

/** Whether one tells as much as the other, or more of all: an id that stands for two requests has other prompts, and other answers. */
function areOneGrown(a: Held, b: Held): boolean {
  return (!(a.input > b.input) && !(a.output > b.output)) || (!(a.input < b.input) && !(a.output < b.output))
}

function keyOf(number: number): readonly [number, number] {
  return [Math.floor(number / 2 ** 32), number | 0]
}
