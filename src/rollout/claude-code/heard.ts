import type { Block } from '../row.ts'
import { TextBag } from '../text-bag.ts'
import type { Turn } from '../turn.ts'
import type { Piece } from './entry.ts'

/** What was said in one turn so far. A response is written in several records, and some of them stand twice. */
export class Heard {
  readonly turn: Turn
  /** Number of prompts before the turn. */
  readonly epoch: number
  private readonly said: Piece[] = []
  private sorted = 0 // so many of them are in what follows
  private readonly texts = new TextBag()
  private readonly calls = new Map<string, string>() // id → arguments

  constructor(turn: Turn, epoch: number) {
    this.turn = turn
    this.epoch = epoch
  }

  /** Whether nothing was said yet. */
  get isEmpty(): boolean {
    return this.said.length === 0
  }

  /** Take note of a piece that goes into the turn. */
  add(piece: Piece): void {
    this.said.push(piece)
  }

  /** Whether a piece was said before. */
  has(piece: Piece): boolean {
    // Sorted only when somebody asks: of most turns nobody does.
    for (; this.sorted < this.said.length; this.sorted++) this.sort(this.said[this.sorted]!)
    if (piece.kind === 'call') return piece.id !== null && this.calls.get(piece.id) === piece.args
    const text = textOf(piece)
    return text !== null && this.texts.has(text)
  }

  /** Whether a record says again what is in the turn: history that was written twice. */
  hasAll(pieces: readonly Piece[]): boolean {
    return pieces.length > 0 && pieces.every(piece => this.has(piece))
  }

  private sort(piece: Piece): void {
    if (piece.kind === 'call' && piece.id !== null) this.calls.set(piece.id, piece.args)
    const text = textOf(piece)
    if (text !== null) this.texts.add(text)
  }
}

function textOf(piece: Piece): string | null {
  if (piece.kind === 'text') return signature(piece.block)
  return piece.kind === 'thought' ? piece.text : null
}

function signature(block: Block): string {
  return typeof block['text'] === 'string' ? block['text'] : JSON.stringify(block)
}
