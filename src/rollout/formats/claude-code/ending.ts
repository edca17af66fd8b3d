import type { JsonObject } from '../../../json/json.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import type { ModelSaid } from './entry.ts'

/** What a response says of how the conversation ended, were it the last: see docs/outcome-and-origin.md. */
export function endingOf(
  { facts, pieces }: ModelSaid,
  hasOpenCalls: boolean,
  hasText: boolean,
): { status: RolloutOutcome['status']; detail: JsonObject | null } {
  const reason = facts.stop_reason ?? null
  if (facts.extra?.['aborted'] === true) return { status: 'interrupted', detail: null }
  if (reason === 'refusal') return { status: 'failed', detail: { stop_reason: reason } }
  // Most versions write a response before its reason is known: text, and nothing open, is then how a turn ends.
  const isOwn = reason === null || OWN_ENDINGS.has(reason)
  const saysSomething = hasText || pieces.length === 0
  if (isOwn && !hasOpenCalls && saysSomething) return { status: 'completed', detail: null }
  return { status: 'unknown', detail: isOwn || reason === null ? null : { stop_reason: reason } }
}

const OWN_ENDINGS = new Set(['end_turn', 'stop_sequence', 'tool_use'])
