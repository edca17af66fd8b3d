import { TracewrightError } from '../errors.ts'
import type { Model, ModelParameters, ModelReply } from './model.ts'
import { findModelError, type ModelError } from './model-error.ts'
import { type RetryOptions, retry } from './retry.ts'

/** Long enough for a server that loads the model first. */
const TIMEOUT = 120

/** A server that is busy, or stumbles, is asked again, for a minute at most; one that is not there is told of at once. */
const AGAIN = { attempts: 3, overloadPatience: 60, maxDelay: 5 }
const isStumble = (failure: ModelError) => failure.isOverload || (failure.status ?? 0) >= 500

/** Ask one word of each model before a run depends on it; `vectors`: what is sent to those that embed; `onReply` is told of what was spent. Throws with the first that cannot answer, by alias. */
export async function checkHealth(
  models: readonly { alias: string; model: Model; vectors?: ModelParameters | null }[],
  signal?: AbortSignal,
  onReply?: (alias: string, reply: ModelReply) => void,
  options: RetryOptions = {},
): Promise<void> {
  const results = await Promise.allSettled(
    models.map(({ model, vectors = null }) => {
      const hello = vectors === null ? HELLO : { ...HELLO, embeds: true as const, parameters: { timeout: TIMEOUT, ...vectors } }
      return retry(model, { ...AGAIN, ...options }, isStumble).generate(hello, signal === undefined ? {} : { signal })
    }),
  )
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      onReply?.(models[index]!.alias, result.value)
      continue
    }
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

const HELLO = { messages: [{ role: 'user' as const, content: 'Hello!' }], parameters: { max_tokens: 64, timeout: TIMEOUT } }
