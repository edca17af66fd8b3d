import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { addOwn, ownValue } from '../json/own.ts'
import { resolveRef } from './json-schema.ts'
import { EXTRACT_LENGTH, passageAbout, shorten } from './prompt-passages.ts'

/** A value of the shape of a schema, taken from the passages: texts are extracts, choices follow words of failure in the evidence, numbers are the least allowed. */
export function fillSchema(schema: JsonObject, passages: readonly string[], evidence = passages.join('\n')): Json {
  const failed = FAILED.test(evidence)
  const fill = (part: Json | undefined, name: string, depth: number): Json => {
    const of = resolveRef(part, schema)
    if (of['const'] !== undefined) return of['const']
    if (Array.isArray(of['enum'])) return choose(of['enum'], failed)
    const options = of['anyOf'] ?? of['oneOf']
    if (Array.isArray(options)) return fill(firstOption(options, depth), name, depth + 1)
    if (Array.isArray(of['allOf']))
      return fill(merge([{ ...of, allOf: null }, ...of['allOf'].map(each => resolveRef(each, schema))]), name, depth + 1)
    const type = Array.isArray(of['type']) ? of['type'][0] : of['type']
    if (type === 'object' || (type === undefined && 'properties' in of)) return fillObject(of, name, depth)
    if (type === 'array') {
      const count = Math.max(Number(of['minItems'] ?? 0), depth < MAX_DEPTH && Number(of['maxItems'] ?? 1) > 0 ? 1 : 0)
      const first = Array.isArray(of['prefixItems']) ? of['prefixItems'] : []
      return Array.from({ length: count }, (_, index) => {
        const item = fill(first[index] ?? of['items'], name, depth + 1)
        return of['uniqueItems'] === true && index > 0 && typeof item === 'string' ? (passages[index] ?? `${item} ${index + 1}`) : item
      })
    }
    if (type === 'integer' || type === 'number') return number(of, type === 'integer')
    if (type === 'boolean') return !failed
    if (type === 'null') return null
    return text(of, passageAbout(`${name} ${of['title'] ?? ''} ${of['description'] ?? ''}`, passages))
  }
  const fillObject = (of: JsonObject, name: string, depth: number): Json => {
    const properties = (of['properties'] ?? {}) as JsonObject
    const required = new Set(Array.isArray(of['required']) ? of['required'] : [])
    // Schemas that hold themselves end where only what is required is filled.
    const names = Object.keys(properties).filter(key => required.has(key) || depth < 4)
    for (const key of required) if (!names.includes(String(key))) names.push(String(key))
    if (depth > MAX_DEPTH) return {}
    return Object.fromEntries(
      names.map(key => [
        key,
        fill(ownValue(properties, key) ?? of['additionalProperties'], `${name} ${key}`.replaceAll('_', ' '), depth + 1),
      ]),
    )
  }
  return fill(schema, '', 0)
}

const MAX_DEPTH = 12
const FAILED =
  /\b(?:error|errors|failed|failure|exception|traceback|denied|not found|does not exist|no such|cannot|could not|fatal|exit code [1-9])\b|"is_error": ?true/i
const BAD = /^(?:fail|failure|failed|error|bad|negative|no|false|unsuccessful|incorrect|reject)/i
const GOOD = /^(?:succe|ok|good|positive|yes|true|pass|correct|accept)/i

function choose(options: Json[], failed: boolean): Json {
  const wanted = failed ? BAD : GOOD
  return options.find(option => wanted.test(String(option))) ?? options[0] ?? null
}

/** The first that is not null; deep down null, so that a schema that holds itself ends. */
function firstOption(options: Json[], depth: number): Json {
  const isNull = (option: Json) => resolveRef(option, {})['type'] === 'null'
  return (depth < 6 ? options.find(option => !isNull(option)) : options.find(isNull)) ?? options[0]!
}

function merge(parts: JsonObject[]): JsonObject {
  const properties: JsonObject = {}
  for (const part of parts) if (isObject(part['properties'])) addOwn(properties, part['properties'])
  const required = parts.flatMap(part => (Array.isArray(part['required']) ? part['required'] : []))
  const joined: JsonObject = {}
  for (const part of parts) addOwn(joined, part)
  const { allOf: _, ...whole } = joined
  return { ...whole, ...(Object.keys(properties).length === 0 ? {} : { properties, required }) }
}

function number(of: JsonObject, whole: boolean): number {
  const step = Number(of['multipleOf'] ?? (whole ? 1 : 0))
  const exclusive = of['exclusiveMinimum'] as number | undefined
  const high = (of['maximum'] ?? of['exclusiveMaximum']) as number | undefined
  const low = (of['minimum'] as number | undefined) ?? (exclusive === undefined ? undefined : exclusive + (step || 0.001))
  if (low === undefined) {
    if (high === undefined || high > 0) return 0
    return step > 0 ? Math.floor((high - ('maximum' in of ? 0 : step)) / step) * step : high - 1
  }
  return step > 0 ? Math.ceil(low / step) * step : low
}

const SAMPLES: Record<string, string> = {
  'date-time': '2000-01-01T00:00:00Z',
  date: '2000-01-01',
  time: '00:00:00Z',
  email: 'nobody@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}
const CANDIDATES = [
  ...Object.values(SAMPLES),
  '',
  '0',
  '1',
  '00',
  '000',
  '0000',
  '1.0',
  'a',
  'A',
  'aa',
  'AA',
  'aaa',
  'AAA',
  'abc-1',
  'ABC-123',
  'A1',
  'a_b',
  '#000000',
  '1.0.0',
  '+10000000000',
]

function text(of: JsonObject, extract: string): string {
  const sample = ownValue(SAMPLES, String(of['format']))
  const longest = Math.min(Number(of['maxLength'] ?? EXTRACT_LENGTH), Math.max(EXTRACT_LENGTH, Number(of['minLength'] ?? 0)))
  const fitted = sample ?? shorten(extract === '' ? 'nothing to extract' : extract, longest).padEnd(Number(of['minLength'] ?? 0), '.')
  if (typeof of['pattern'] !== 'string') return fitted
  const pattern = new RegExp(of['pattern'])
  const words = extract.split(/\s+/)
  return [fitted, ...words, ...CANDIDATES, literalOf(of['pattern'])].find(candidate => pattern.test(candidate)) ?? fitted
}

/** A text for the simplest patterns: the characters that stand for themselves, one of each class. */
function literalOf(pattern: string): string {
  return pattern
    .replace(/^\^|\$$/g, '')
    .replace(/\\d|\[0-9\]/g, '0')
    .replace(/\\w|\[(?:a-z|A-Za-z)[^\]]*\]/g, 'a')
    .replace(/\[A-Z[^\]]*\]/g, 'A')
    .replace(/(.)\{(\d+)(?:,\d*)?\}/g, (_, c: string, count: string) => c.repeat(Number(count)))
    .replace(/\(([^|()]*)[^()]*\)/g, '$1')
    .replace(/\\(.)/g, '$1')
    .replace(/[+?*]/g, '')
}
