import { TracewrightError } from '../errors.ts'
import { plainNumber } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { validatorOf } from '../model/json-schema.ts'
import type { ValidationResult } from './validator.ts'

/** The results of a batch. Throws where they are none: each is an object with `is_valid`, and there is one for each row. */
export async function resultsOf(
  answer: Json,
  schema: JsonObject | null,
  count: number,
  mayMiss: boolean,
): Promise<(ValidationResult | null)[]> {
  const data = isObject(answer) ? answer['data'] : undefined
  if (!Array.isArray(data)) throw broken(`found ${shown(answer)}, expected { data: [ … ] }`)
  const problems = schema === null ? [] : (await validatorOf(closed(schema) as JsonObject))(answer)
  if (problems.length > 0) throw broken(`found what its output_schema does not allow: ${problems.join('; ')}`)
  if (data.length > count || (data.length < count && !mayMiss)) throw broken(`found ${data.length} results, expected ${count}`)
  const results = data.map((result): ValidationResult => {
    if (!isObject(result)) throw broken(`found the result ${shown(result)}, expected an object`)
    return { ...result, is_valid: truthOf(result['is_valid']) }
  })
  return [...results, ...Array.from({ length: count - results.length }, () => null)]
}

const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE = ['false', 'f', 'no', 'n', 'off', '0']

/** `is_valid` as it was meant: true, false, a word or number for them, or null. */
function truthOf(value: Json | undefined): boolean | null {
  if (value === undefined) throw broken('found a result without is_valid, expected true, false or null')
  if (value === null || typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : String(plainNumber(value))
  if (TRUE.includes(word)) return true
  if (FALSE.includes(word)) return false
  throw broken(`found is_valid ${shown(value)}, expected true, false or null`)
}

/** A schema whose objects have no keys but those it names, where it does not say otherwise. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return isObject(schema['properties']) && schema['additionalProperties'] === undefined ? { ...inner, additionalProperties: false } : inner
}

function shown(value: Json | undefined): string {
  return (writeJson(value) ?? 'nothing').slice(0, 120)
}

function broken(message: string): TracewrightError {
  return new TracewrightError('column', `Cannot use what the validator answered: ${message}`)
}
