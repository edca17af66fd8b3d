import { writeJson } from '../../../json/exact.ts'
import type { JsonObject } from '../../../json/json.ts'
import { openingOf } from './entry.ts'

/** Whether Hermes masked something in a message or in its calls. */
export function isRedacted(record: JsonObject): boolean {
  const calls = record['tool_calls'] ?? ''
  return MASKED.test(openingOf(record)) || MASKED.test(typeof calls === 'string' ? calls : writeJson(calls))
}

/** Hermes writes `***` over what it takes for a secret, where a value would stand. */
const MASKED = /(?:[=:]\s*\\?["']?|Bearer )\*\*\*(?![*\w])/
