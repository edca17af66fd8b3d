import type { ModelReply, ModelRequest } from '../model.ts'
import type { ModelError } from '../model-error.ts'

/** Who asks a model: the bill is kept by column and alias. */
export type Asker = {
  /** Column whose cell is computed; empty: none. */
  column: string
  /** Alias the model is asked by. */
  alias: string
  /** Key of the row; empty: none. */
  row: string
}

/** What a call is made to: a model by the name its server knows, of a provider. */
export type Called = { alias: string; model: string; provider: string }

/** What one call to a server came to. */
export type Came = { reply: ModelReply } | { error: unknown }

/** Told of what models are asked: tallies, bills, those who watch a run, and traces are all kept of it. A question goes by its request. */
export interface ModelObserver {
  /** A question was answered; `cached`: by a reply that was paid for before. */
  replied?(asker: Asker, reply: ModelReply, question: ModelRequest): void
  /** A question was given up. One that was called off is not. */
  failed?(asker: Asker, failure: ModelError, question: ModelRequest): void
  /** A call to a server for a question has ended. `sent` is what was sent for it, which may ask for a shape in another way. */
  came?(asker: Asker, question: ModelRequest, sent: ModelRequest, came: Came): void
  /** One call to a server: makes it, and may look at how it goes. */
  call?(called: Called, request: ModelRequest, make: () => Promise<ModelReply>): Promise<ModelReply>
}

/** Several observers as one. */
export class Observers implements Required<ModelObserver> {
  private readonly all: Set<ModelObserver>

  constructor(...observers: ModelObserver[]) {
    this.all = new Set(observers)
  }

  /** One more, until it is let go. */
  add(observer: ModelObserver): Disposable {
    this.all.add(observer)
    return { [Symbol.dispose]: () => void this.all.delete(observer) }
  }

  replied(asker: Asker, reply: ModelReply, question: ModelRequest): void {
    for (const observer of this.all) observer.replied?.(asker, reply, question)
  }

  failed(asker: Asker, failure: ModelError, question: ModelRequest): void {
    for (const observer of this.all) observer.failed?.(asker, failure, question)
  }

  came(asker: Asker, question: ModelRequest, sent: ModelRequest, came: Came): void {
    for (const observer of this.all) observer.came?.(asker, question, sent, came)
  }

  call(called: Called, request: ModelRequest, make: () => Promise<ModelReply>): Promise<ModelReply> {
    let outermost = make
    for (const observer of this.all) {
      const inner = outermost
      if (observer.call !== undefined) outermost = () => observer.call!(called, request, inner)
    }
    return outermost()
  }
}
