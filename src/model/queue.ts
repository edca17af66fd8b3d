import { refuseCancelled } from './cancel.ts'

/** Does one thing at a time, first come, first served. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve()

  /** Do something when all before it is done; nothing where the signal has fired by then. */
  run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.last.then(() => {
      refuseCancelled(signal)
      return action()
    })
    this.last = turn.catch(() => {})
    return turn
  }
}
