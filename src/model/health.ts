import { TracewrightError } from '../errors.ts'
import type { Model, ModelReply } from './model.ts'
import { findModelError } from './model-error.ts'

/** Long enough for a server that loads the model first. */
const TIMEOUT = 120

/** Ask one word of each model before a run depends on it; `onReply` is told of what was spent. Throws with the first that cannot answer, by alias. */
export async function checkHealth(
  models: readonly { alias: string; model: Model }[],
  signal?: AbortSignal,
  onReply?: (alias: string, reply: ModelReply) => void,
): Promise<void> {
  const results = await Promise.allSettled(models.map(({ model }) => model.generate(HELLO, signal === undefined ? {} : { signal })))
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
