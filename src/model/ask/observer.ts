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

/** Told of what models are asked: tallies, bills, those who watch a run, and traces are all kept of it. */
export interface ModelObserver {
  /** A question was answered; `cached`: by a reply that was paid for before. */
  replied?(asker: Asker, reply: ModelReply): void
  /** A question was given up. One that was called off is not. */
  failed?(asker: Asker, failure: ModelError): void
  /** One call to a server for who asks: makes it, and may look at how it goes. */
  call?(called: Called, request: ModelRequest, make: () => Promise<ModelReply>, asker: Asker): Promise<ModelReply>
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

  replied(asker: Asker, reply: ModelReply): void {
    for (const observer of this.all) observer.replied?.(asker, reply)
  }

  failed(asker: Asker, failure: ModelError): void {
    for (const observer of this.all) observer.failed?.(asker, failure)
  }

  call(called: Called, request: ModelRequest, make: () => Promise<ModelReply>, asker: Asker): Promise<ModelReply> {
    let outermost = make
    for (const observer of this.all) {
      const inner = outermost
      if (observer.call !== undefined) outermost = () => observer.call!(called, request, inner, asker)
    }
    return outermost()
  }
}
