import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome, Usage } from '../../conversation/row.ts'
import { sumUsage } from '../../conversation/usage.ts'
import { childrenIn } from './children.ts'
import { type Entry, messageIn, roleOf } from './entry.ts'
import { usageOf, usageOfMessage } from './usage.ts'

/**
 * Tokens of a path: of answers, of attempts that failed, of summaries, and of what extensions and tools spent on models. What a
 * spawned agent spent is counted in its own row where there is one.
 */
export function totalUsage(path: readonly Entry[]): Usage | null {
  return sumUsage(
    path.flatMap(({ type, record }) => (type === 'message' ? messageUsage(messageIn(record)) : usageOf(record['usage'])) ?? []),
  )
}

function messageUsage(message: JsonObject | null): Usage | null {
  if (message === null || message['provider'] === 'openclaw') return null
  return message['role'] === 'toolResult' && childrenIn(message).length > 0 ? null : usageOfMessage(message)
}

/** How a path ends, as far as its last message says. */
export function outcomeOf(path: readonly Entry[]): RolloutOutcome {
  const last = path.findLast(entry => roleOf(entry) !== '')
  const message = last === undefined ? null : messageIn(last.record)
  return outcomeOfMessage(message)
}

/** How a conversation ends that ends with this message. */
export function outcomeOfMessage(message: JsonObject | null): RolloutOutcome {
  const stop = message?.['role'] === 'assistant' ? stringOrNull(message['stopReason']) : null
  const error = stringOrNull(message?.['errorMessage'])
  const status = stop === 'stop' ? 'completed' : stop === 'aborted' ? 'interrupted' : stop === 'error' ? 'error' : 'unknown'
  return { status, reward: null, detail: error !== null && isObject(message) && stop !== 'stop' ? { error } : null }
}
