import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome, Usage } from '../../conversation/row.ts'
import { sumUsage } from '../../conversation/usage.ts'
import { childrenIn } from './children.ts'
import { type Entry, messageIn, roleOf } from './entry.ts'
import { isCall } from './raw-arguments.ts'
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

/**
 * How a path ends, as far as its last message says; what is no turn of anybody's ends nothing: commands a person ran, what OpenClaw
 * delivered. `status`: what the store says of the last run, for a path that does not say.
 */
export function outcomeOf(path: readonly Entry[], status: RolloutOutcome['status'] = 'unknown'): RolloutOutcome {
  const at = path.findLastIndex(entry => isTurn(entry))
  const failure = path.findLast((entry, i) => i > at && entry.type === 'custom' && entry.record['customType'] === 'openclaw:prompt-error')
  if (failure !== undefined) return { status: 'failed', reward: null, detail: { error: errorIn(failure.record) } }
  const outcome = outcomeOfMessage(at < 0 ? null : messageIn(path[at]!.record))
  return outcome.status === 'unknown' ? { ...outcome, status } : outcome
}

function isTurn(entry: Entry): boolean {
  const role = roleOf(entry)
  if (role === '' || role === 'bashExecution' || role === 'pythonExecution' || role === 'system') return false
  return messageIn(entry.record)!['provider'] !== 'openclaw'
}

function errorIn({ data }: JsonObject): string {
  return (isObject(data) ? stringOrNull(data['error']) : stringOrNull(data)) ?? 'the prompt failed'
}

/** How a conversation ends that ends with this message. */
export function outcomeOfMessage(message: JsonObject | null): RolloutOutcome {
  const stop = message?.['role'] === 'assistant' ? stringOrNull(message['stopReason']) : null
  const error = stringOrNull(message?.['errorMessage'])
  const isOpen = stop === 'stop' && Array.isArray(message!['content']) && message!['content'].some(isCall)
  const status = isOpen
    ? 'unknown'
    : stop === 'stop'
      ? 'completed'
      : stop === 'aborted'
        ? 'interrupted'
        : stop === 'error'
          ? 'failed'
          : 'unknown'
  return { status, reward: null, detail: error !== null && isObject(message) && stop !== 'stop' ? { error } : null }
}
