import { writeJson } from '../../../json/exact.ts'
import { pushed } from '../../../json/fitted.ts'
import type { Block, Usage } from '../../conversation/row.ts'
import { TextBag } from '../../conversation/text-bag.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Place } from '../../log/ledger.ts'
import type { Piece } from './entry.ts'

/** What was said in one turn so far. A response is written in several records, and some of them stand twice. */
export class Heard {
  readonly turn: Turn
  /** The record it began with. */
  readonly place: Place
  /** Number of prompts before the turn. */
  readonly epoch: number
  /** Id of the request, where a record named it. */
  requestId: string | null = null
  /** How many tokens it took, as a record said last. */
  usage: Usage | null = null
  /** Whether it holds words for whoever asked. */
  hasText = false
  private said: Piece[] = []
  private sorted: { count: number; texts: TextBag; calls: Map<string, string> } | null = null // arguments of calls by their ids

  constructor(turn: Turn, epoch: number, place: Place) {
    this.turn = turn
    this.place = place
    this.epoch = epoch
  }

  /** Whether nothing was said yet. */
  get isEmpty(): boolean {
    return this.said.length === 0
  }

  /** Take note of a piece that goes into the turn. */
  add(piece: Piece): void {
    this.hasText ||= piece.kind === 'text'
    this.said = pushed(this.said, piece)
  }

  /** Whether a piece was said before. */
  has(piece: Piece): boolean {
    // Sorted only when somebody asks: of most turns nobody does.
    const sorted = (this.sorted ??= { count: 0, texts: new TextBag(), calls: new Map() })
    for (; sorted.count < this.said.length; sorted.count++) {
      const before = this.said[sorted.count]!
      const text = textOf(before)
      if (text !== null) sorted.texts.add(text)
      else if (before.kind === 'call' && before.id !== null) sorted.calls.set(before.id, before.args)
    }
    if (piece.kind === 'call') return piece.id !== null && sorted.calls.get(piece.id) === piece.args
    const text = textOf(piece)
    return text !== null && sorted.texts.has(text)
  }

  /** Whether a record says again what is in the turn: history that was written twice. */
  hasAll(pieces: readonly Piece[]): boolean {
    return pieces.length > 0 && pieces.every(piece => this.has(piece))
  }
}

function textOf(piece: Piece): string | null {
  if (piece.kind === 'text') return signature(piece.block)
  return piece.kind === 'thought' ? piece.text : null
}

function signature(block: Block): string {
  return typeof block['text'] === 'string' ? block['text'] : writeJson(block)
}
