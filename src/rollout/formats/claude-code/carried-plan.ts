import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'

/** A plan that was put into a session's prompt, to be carried out. `transcript`: the session whose log the prompt names. */
export type CarriedPlan = { content: string; transcript: string | null }

/** The plan that a user record carries; null where it carries none. */
export function carriedPlan(record: JsonObject): CarriedPlan | null {
  const said = isObject(record['message']) ? record['message']['content'] : null
  const text = typeof said === 'string' ? said : null
  const isFlagged = record['origin'] !== undefined || record['promptSource'] !== undefined
  const content = stringOrNull(record['planContent']) ?? (text === null || isFlagged ? null : framedPlan(text))
  return content === null ? null : { content, transcript: TRANSCRIPT.exec(text ?? writeJson(said))?.[1] ?? null }
}

/**
 * The plan in words that frame one as Claude Code did before its records said so; null where they do not, to the last word: what is behind
 * the frame somebody typed.
 */
export function framedPlan(text: string): string | null {
  if (!text.startsWith(OPENING)) return null
  const end = text.lastIndexOf(CLOSING)
  return end < 0 || !/^[^\n]{1,4096}\.jsonl\s*$/.test(text.slice(end + CLOSING.length)) ? null : text.slice(OPENING.length, end).trim()
}

const OPENING = 'Implement the following plan:\n\n'
const CLOSING = '\n\nIf you need specific details from before exiting plan mode'

const TRANSCRIPT = /transcript at: [^\n]{0,4096}?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl/i
