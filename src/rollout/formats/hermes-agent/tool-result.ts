import type { JsonObject } from '../../../json/json.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { openingOf } from './entry.ts'

/** Whether a tool reported failure: by its own words, as tools answer in JSON with `success`, `exit_code` or `error`. */
export function factsOfTool(record: JsonObject): Pick<MessageFacts, 'is_error'> {
  if (record['finish_reason'] === 'error') return { is_error: true }
  const text = openingOf(record).trimStart()
  if (/^(Error executing tool|Error:|\[Tool error)/.test(text)) return { is_error: true }
  if (!text.startsWith('{')) return {}
  if (/^\{\s*"error"\s*:\s*"(?!")/.test(text) || /"success"\s*:\s*false/.test(text.slice(0, 200))) return { is_error: true }
  const exit = /"exit_code"\s*:\s*(-?\d+)/.exec(text.slice(-500)) ?? /"exit_code"\s*:\s*(-?\d+)/.exec(text.slice(0, 200))
  if (exit !== null) return { is_error: exit[1] !== '0' }
  return /"success"\s*:\s*true/.test(text.slice(0, 200)) ? { is_error: false } : {}
}

/** Whether Hermes kept only a part of a tool's answer. */
export function isCutShort(text: string): boolean {
  return /^\[Old tool output cleared|\[Truncated: tool response|\[OUTPUT TRUNCATED|^<persisted-output>/.test(text)
}
