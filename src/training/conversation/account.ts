import { TracewrightError } from '../../errors.ts'

/** Tokens of what the model wrote, by what became of them. */
export type Funnel = {
  /** Rows that were read. */
  rows: number
  /** Rows that were written. */
  examples: number
  /** All examples. */
  all: number
  /** Those that are trained on. */
  trained: number
  /** Those of which something is masked, by the reason. */
  masked: { [reason: string]: number }
  /** Those that were left out, by the reason. */
  dropped: { [reason: string]: number }
}

/** A piece of what the model wrote: the reasoning of a message, or the rest of it. */
type Piece = { tokens: number; trained: number; masked: string | null; dropped: string | null }

/** The pieces of a message's words that may go different ways. */
export type PieceKind = 'reasoning' | 'answer'

/** What of a session was left out for a reason: tokens that the model wrote; `place`: where it was seen. */
export type Loss = { reason: string; tokens: number; place: string | null }

/** Keeps the books of one row: every token the model wrote in it ends as trained, masked or dropped, once. */
export class Account {
  private readonly traceId: string
  private readonly pieces = new Map<string, Piece>()
  private readonly noted = new Map<string, string | null>() // place by reason

  constructor(traceId: string) {
    this.traceId = traceId
  }

  /** What the model wrote in a message of the row. */
  open(message: number, kind: PieceKind, tokens: number): void {
    this.pieces.set(`${message} ${kind}`, { tokens, trained: 0, masked: null, dropped: null })
  }

  /** It stands in a row that was written, and is trained there. */
  train(message: number, kind: PieceKind): void {
    const piece = this.pieces.get(`${message} ${kind}`)
    if (piece !== undefined) piece.trained++
  }

  /** It is not to be trained, if it is written at all. The first reason stands. */
  mask(message: number, reason: string): void {
    for (const piece of this.of(message)) piece.masked ??= reason
  }

  /** It is not written by a stage that could have; it counts as dropped where no other wrote it. The first reason stands. */
  drop(message: number, reason: string, kind?: PieceKind): void {
    for (const piece of this.of(message, kind)) piece.dropped ??= reason
  }

  /** Everything that has no fate yet is dropped. */
  dropRest(reason: string): void {
    for (const piece of this.pieces.values()) piece.dropped ??= reason
  }

  /** A row of the session could not be made; told, whether the model has words in it or not. `place`: where in the row. */
  note(reason: string, place: string | null = null): void {
    if (!this.noted.has(reason)) this.noted.set(reason, place)
  }

  /** Close the books into a funnel; gives what was lost, by reason; `nothing`: why no row was made though nothing was lost. Throws where a token was trained twice, or nobody says what became of it. */
  settle(funnel: Funnel, lose: (loss: Loss) => string, nothing: string | null = null): void {
    const losses = new Map<string, number>([...this.noted.keys()].map(reason => [reason, 0]))
    for (const [name, { tokens, trained, masked, dropped }] of this.pieces) {
      if (trained > 1) throw this.defect(`trains the ${name.replace(/(\d+) (\w+)/, '$2 of message $1')} ${trained} times`)
      funnel.all += tokens
      if (trained === 1) funnel.trained += tokens
      else if (masked !== null) funnel.masked[masked] = (funnel.masked[masked] ?? 0) + tokens
      else if (dropped !== null) losses.set(dropped, (losses.get(dropped) ?? 0) + tokens)
      else throw this.defect(`lost message ${name} without a word`)
    }
    if (losses.size === 0 && nothing !== null) losses.set(nothing, 0)
    for (const [reason, tokens] of losses) {
      const kind = lose({ reason, tokens, place: this.noted.get(reason) ?? null })
      if (tokens > 0) funnel.dropped[kind] = (funnel.dropped[kind] ?? 0) + tokens
    }
  }

  /** Tokens that were dropped so far, by reason. */
  dropped(): Map<string, number> {
    const losses = new Map<string, number>()
    for (const { tokens, dropped } of this.pieces.values()) if (dropped !== null) losses.set(dropped, (losses.get(dropped) ?? 0) + tokens)
    return losses
  }

  private *of(message: number, kind?: PieceKind): Iterable<Piece> {
    for (const each of kind === undefined ? (['reasoning', 'answer'] as const) : [kind]) {
      const piece = this.pieces.get(`${message} ${each}`)
      if (piece !== undefined) yield piece
    }
  }

  private defect(what: string): TracewrightError {
    return new TracewrightError('defect', `The export of ${this.traceId} ${what}`, { hint: 'Please report this with the row' })
  }
}

/** A funnel that nothing went through yet. */
export function emptyFunnel(): Funnel {
  return { rows: 0, examples: 0, all: 0, trained: 0, masked: emptyCounts(), dropped: emptyCounts() }
}

/** Throws where the parts are not the whole. */
export function assertConserved(funnel: Funnel): void {
  const sum = (counts: { [reason: string]: number }) => Object.values(counts).reduce((total, count) => total + count, 0)
  const found = funnel.trained + sum(funnel.masked) + sum(funnel.dropped)
  if (found !== funnel.all)
    throw new TracewrightError('defect', `The funnel of the export does not add up: found ${found} tokens, expected ${funnel.all}`)
}

function emptyCounts(): { [reason: string]: number } {
  return Object.create(null) as { [reason: string]: number }
}
