import type { ModelReply } from '../model.ts'
import { findModelError, type ModelError } from '../model-error.ts'
import { pause } from '../pause.ts'
import type { Breaker } from './breaker.ts'
import { Delays, type RetryOptions } from './delays.ts'
import type { Gate } from './gate.ts'
import type { Came } from './observer.ts'

/** When a model is called, and when it is called again. */
export type CallRules = {
  gate?: Gate // how many calls may be under way
  breaker?: Breaker // whether its endpoint is taken for down
  retry?: RetryOptions // absent: it is called once
  again?: (failure: ModelError) => boolean // which failures are worth another call; default: those that may pass
}

/**
 * Call a model until it answers or is given up. Each attempt waits for a place at the gate, and then for the endpoint to be up: calls
 * that wait for a broken endpoint keep their place, so that no more than a few of them meet it. `heard` is told what each call came to.
 */
export async function attempts(
  call: () => Promise<ModelReply>,
  rules: CallRules,
  signal?: AbortSignal,
  heard?: (came: Came) => void,
): Promise<ModelReply> {
  const { gate, breaker, again = failure => failure.isPassing } = rules
  const delays = rules.retry === undefined ? null : new Delays(rules.retry)
  for (let attempt = 1; ; attempt++) {
    await gate?.enter(signal)
    let isTry: boolean | undefined // undefined: the breaker let nothing through
    let thrown: unknown
    try {
      isTry = (await breaker?.enter(signal)) ?? false
      const reply = await call()
      heard?.({ reply })
      return { ...reply, attempts: reply.attempts + attempt - 1 }
    } catch (error) {
      thrown = error
      if (isTry !== undefined) heard?.({ error })
    } finally {
      if (isTry !== undefined) breaker?.leave(isTry, thrown)
      gate?.leave(thrown)
    }
    const failure = findModelError(thrown)
    if (failure === null) throw thrown
    failure.attempts = attempt
    const delay = delays?.after(failure, attempt) ?? null
    if (delay === null || !again(failure)) throw failure
    await pause(delay, signal)
  }
}
