import { mayHoldWholeFloat } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import { strainOf } from '../../json/strain.ts'
import { type JsonRemark, MAX_DEPTH, parseExact, parseTolerant } from '../../json/tolerant.ts'
import type { Ledger, Place } from './ledger.ts'

/** JSON that was parsed; remarks: it holds numbers that doubles do not, and was parsed with them as they were written. */
export type Parsed = { value: Json | undefined; remarks: JsonRemark[] | null }

/** Parse the JSON of a record, with its numbers as they were written where the text shows that one is a whole float; undefined where it is none. */
export function parseRecord(text: string): Parsed {
  return (mayHoldWholeFloat(text) ? exactly(text) : null) ?? { value: parseJson(text), remarks: null }
}

/**
 * A record as it was parsed, with its numbers as they were written and nothing too deep to be carried on. Nearly all records are that
 * already: only where one holds a number no double holds, a key that may be misread, or what lies too deep, its text is read once more.
 */
export function asWritten(record: JsonObject, { remarks }: Parsed, text: string, place: Place, ledger: Ledger): JsonObject {
  const strain = strainOf(record, MAX_DEPTH)
  if (strain === 'none' && remarks === null) return record
  const isKnown = strain === 'none' || strain === 'number'
  const again = isKnown && remarks !== null ? { value: record, remarks } : ((isKnown ? exactly(text) : null) ?? parseTolerant(text))
  if (again === null || !isObject(again.value)) return record
  for (const remark of again.remarks) if (remark !== 'not_a_number') ledger.noteDeep(place, remark)
  return again.value
}

/** The same of a record that was found in its text, and not parsed alone. */
export function asFound(record: JsonObject, text: string, place: Place, ledger: Ledger): JsonObject {
  const parsed = parseRecord(text)
  return asWritten(isObject(parsed.value) ? parsed.value : record, parsed, text, place, ledger)
}

function exactly(text: string): { value: Json; remarks: JsonRemark[] } | null {
  const remarks: JsonRemark[] = []
  try {
    return { value: parseExact(text, remarks), remarks }
  } catch {
    return null // not JSON
  }
}

/** The record in a line that is JSON but for the `NaN` and `Infinity` that Python writes, with null in their place; null where it is none. */
export function withoutNonNumbers(text: string): JsonObject | null {
  if (!/[:,[]\s*-?(?:NaN|Infinity)\s*[,\]}]/.test(text)) return null
  const value = parseTolerant(text)?.value
  return isObject(value) ? value : null
}
