import { TracewrightError } from '../errors.ts'
import { ask, type Line } from './ask.ts'
import type { RetryOptions } from './delays.ts'
import type { ModelParameters } from './model.ts'
import { findModelError, type ModelError } from './model-error.ts'

/** The column of the questions that ask whether a model is there. */
export const HEALTH_CHECK = '(health check)'

/** A model to ask for a word, by an alias of it; `vectors`: what is sent to one that embeds. */
export type Patient = { alias: string; line: Line; vectors: ModelParameters | null }

/** Ask one word of each model before a run depends on it. What is spent is noted by its store. Throws with the first that cannot answer, by alias. */
export async function checkHealth(models: readonly Patient[], signal?: AbortSignal, retry: RetryOptions = {}): Promise<void> {
  const results = await Promise.allSettled(
    models.map(({ alias, line, vectors }) => {
      const hello = vectors === null ? HELLO : { ...HELLO, embeds: true as const, parameters: { timeout: TIMEOUT, ...vectors } }
      const { mode: _, ...rest } = line
      const rules = { retry: { ...AGAIN, ...retry }, again: isStumble }
      return ask({ ...rest, rules, isKept: false }, { column: HEALTH_CHECK, alias, row: '' }, hello, signal)
    }),
  )
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue
    const { reason } = result
    const failure = findModelError(reason)
    if (failure === null) throw reason
    throw new TracewrightError('model', failure.message, {
      where: `model '${models[index]!.alias}'`,
      ...(failure.hint === null ? {} : { hint: failure.hint }),
      cause: failure,
    })
  }
}

/** Long enough for a server that loads the model first. */
const TIMEOUT = 120

const HELLO = { messages: [{ role: 'user' as const, content: 'Hello!' }], parameters: { max_tokens: 64, timeout: TIMEOUT } }

/** A server that is busy, or stumbles, is asked again, for a minute at most; one that is not there is told of at once. */
const AGAIN = { attempts: 3, overloadPatience: 60, maxDelay: 5 }
const isStumble = (failure: ModelError) => failure.isOverload || (failure.status ?? 0) >= 500
