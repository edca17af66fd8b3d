import { TracewrightError } from '../../errors.ts'
import type { ModelParameters, ModelRequest } from '../model.ts'
import { findModelError, type ModelError } from '../model-error.ts'
import { ask, type Line } from './ask.ts'
import type { RetryOptions } from './delays.ts'

/** The column of the questions that ask whether a model is there. */
export const HEALTH_CHECK = '(health check)'

/** A model to ask for a word, a vector or a picture, by an alias of it and with what that sends. */
export type Patient = { alias: string; line: Line; makes: 'chat-completion' | 'embedding' | 'image'; parameters: ModelParameters }

/** Ask one word (or vector, or picture) of each model before a run depends on it. What is spent is noted by its store. Throws with the first that cannot answer, by alias. */
export async function checkHealth(models: readonly Patient[], signal?: AbortSignal, retry: RetryOptions = {}): Promise<void> {
  const results = await Promise.allSettled(
    models.map(({ alias, line, makes, parameters }) => {
      const own = { parameters: { timeout: TIMEOUT, ...parameters } }
      const hello: ModelRequest =
        makes === 'embedding' ? { ...HELLO, embeds: true, ...own } : makes === 'image' ? { ...DOT, draws: true, ...own } : HELLO
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

/** What is least to be drawn. */
const DOT = { messages: [{ role: 'user' as const, content: 'A small black dot on a white ground' }] }

/** A server that is busy, or stumbles, is asked again, for a minute at most; one that is not there is told of at once. */
const AGAIN = { attempts: 3, overloadPatience: 60, maxDelay: 5 }
const isStumble = (failure: ModelError) => failure.isOverload || (failure.status ?? 0) >= 500
