import { mayHoldWholeFloat } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { strainOf } from '../../json/strain.ts'
import { type JsonRemark, MAX_DEPTH, parseExact, parseTolerant } from '../../json/tolerant.ts'
import type { Ledger, Place } from './ledger.ts'

/**
 * A record, as `JSON.parse` gave it, with its numbers as they were written and nothing too deep to be carried on. Nearly all records are
 * that already: only where one holds a number no double holds, a whole float or what lies too deep, its text is read once more.
 */
export function asWritten(record: JsonObject, text: string, place: Place, ledger: Ledger): JsonObject {
  const strain = strainOf(record, MAX_DEPTH)
  if (strain === 'none' && !mayHoldWholeFloat(text)) return record
  const again = strain === 'depth' ? parseTolerant(text) : exactly(text)
  if (again === null || !isObject(again.value)) return record
  for (const remark of again.remarks) if (remark !== 'not_a_number') ledger.noteDeep(place, remark)
  return again.value
}

/** What was parsed and is not too deep, with its numbers as they were written; null where it was no JSON but for a `NaN`. */
function exactly(text: string): { value: Json; remarks: JsonRemark[] } | null {
  const remarks: JsonRemark[] = []
  try {
    return { value: parseExact(text, remarks), remarks }
  } catch {
    return parseTolerant(text, 0)
  }
}

/** The record in a line that is JSON but for the `NaN` and `Infinity` that Python writes, with null in their place; null where it is none. */
export function withoutNonNumbers(text: string): JsonObject | null {
  if (!/[:,[]\s*-?(?:NaN|Infinity)\s*[,\]}]/.test(text)) return null
  const value = parseTolerant(text)?.value
  return isObject(value) ? value : null
}
