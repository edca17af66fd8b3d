import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject } from '../../../json/json.ts'

/** A plan that was put into a session's prompt, to be carried out. `transcript`: the session whose log the prompt names. */
export type CarriedPlan = { content: string; transcript: string | null }

/** The plan of a user record that carries one. */
export function carriedPlan(record: JsonObject, content: string): CarriedPlan {
  const said = isObject(record['message']) ? record['message']['content'] : null
  const text = typeof said === 'string' ? said : writeJson(said ?? null)
  return { content, transcript: TRANSCRIPT.exec(text)?.[1] ?? null }
}

const TRANSCRIPT = /transcript at: [^\n]{0,4096}?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl/i
