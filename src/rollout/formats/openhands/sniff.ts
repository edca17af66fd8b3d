import type { JsonObject } from '../../../json/json.ts'

/** Whether a file is a conversation of OpenHands, or part of one. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** What a file is: one event of a folder of them, a log of events, or one completion. */
export type Kind = 'event' | 'events' | 'completion'

/** Kinds of events, as the SDK names its classes. */
export const EVENT_KINDS: ReadonlySet<string> = new Set(
  `SystemPromptEvent MessageEvent ActionEvent ObservationEvent UserRejectObservation AgentErrorEvent Condensation CondensationRequest CondensationSummaryEvent
  ConversationStateUpdateEvent ConversationErrorEvent PauseEvent TokenEvent LLMCompletionLogEvent HookExecutionEvent InterruptEvent`.split(
    /\s+/,
  ),
)

const EVENT = new RegExp(`(?<!\\\\)"kind"\\s*:\\s*"(?:${[...EVENT_KINDS].join('|')})"`)

/** What a file is, by its first bytes. */
export function kindByHead(path: string, head: string): Kind | null {
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  const isEvent = has('source') && has('timestamp') && (EVENT.test(head) || (has('llm_message') && /(?:^|\/)event-\d+/.test(path)))
  if (isEvent) return path.endsWith('.jsonl') ? 'events' : 'event'
  return has('messages') && has('kwargs') && has('response') && has('cost') ? 'completion' : null
}

/** Whether a record is a whole event. */
export function isEvent(record: JsonObject): boolean {
  return typeof record['id'] === 'string' && typeof record['kind'] === 'string' && typeof record['source'] === 'string'
}
