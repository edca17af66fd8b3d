import type { Span } from './entry.ts'
import { type Exchange, exchangeOf, printOf, type Said } from './exchange.ts'

/** A message of a thread, and the call of a model by which it is known. */
export type Told = { said: Said; span: Span; isAnswer: boolean; isReplay: boolean; isCut: boolean }

/** One conversation with a model: each call was given what had been said before, and something new. */
export type Thread = { told: Told[]; isCutOff: boolean }

/**
 * The conversations among an agent's calls. A call goes on with the one that all of what it was given begins with; where that is only
 * the beginning of one, the rest was replaced, as a compaction does; where it is none, the call is of a conversation of its own, such
 * as one that finds a title.
 */
export function threadsOf(calls: readonly Span[]): Thread[] {
  const threads: (Thread & { prints: string[] })[] = [] // prints: of what the model has before it now
  const inOrder = calls.toSorted((a, b) => compare(a.started ?? '', b.started ?? ''))
  for (const span of inOrder) {
    const exchange = exchangeOf(span)
    const input = exchange.input.map(printOf)
    const whole = longest(threads.filter(({ prints }) => shared(prints, input) === prints.length))
    const replaced = whole ?? threads.findLast(({ prints }) => isBeginning(shared(prints, input), exchange))
    const thread = replaced ?? begin(threads)
    const kept = shared(thread.prints, input)
    const isCut = whole === undefined && thread.told.length > 0
    const from = isCut ? 0 : kept
    exchange.input.slice(from).forEach((said, i) => {
      thread.told.push({ said, span, isAnswer: false, isReplay: isCut && i < kept, isCut: isCut && i === 0 })
    })
    for (const said of exchange.output.slice(0, 1)) thread.told.push({ said, span, isAnswer: true, isReplay: false, isCut: false })
    thread.prints = [...input, ...exchange.output.slice(0, 1).map(printOf)]
    thread.isCutOff ||= exchange.isCut
  }
  return threads
}

function begin(threads: (Thread & { prints: string[] })[]): Thread & { prints: string[] } {
  const thread = { told: [], prints: [], isCutOff: false }
  threads.push(thread)
  return thread
}

function longest<T extends { prints: string[] }>(threads: readonly T[]): T | undefined {
  return threads.reduce<T | undefined>(
    (best, thread) => (best === undefined || thread.prints.length > best.prints.length ? thread : best),
    undefined,
  )
}

/** Whether so many messages in common make two conversations one: the first that somebody typed is among them. */
function isBeginning(kept: number, { input }: Exchange): boolean {
  return input.slice(0, kept).some(({ role }) => role === 'user')
}

/** How many messages two lists have in common from their start. */
function shared(a: readonly string[], b: readonly string[]): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
