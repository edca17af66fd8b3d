import { type Compat, isVersion057 } from '../compat.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { parseLooseJson } from '../json/loose.ts'
import { setOwn } from '../json/own.ts'
import { endOfValue } from '../json/source-text.ts'
import { pythonJson } from '../python/text.ts'
import { alignChoices } from './align-choices.ts'
import { findFences } from './fences.ts'
import { partOf, resolveRef, validatorOf } from './json-schema.ts'
import { prunedInPlace } from './prune-in-place.ts'

/** A value that has the shape, or what to tell the model that wrote it. */
export type Parsed<T> = { value: T } | { error: string }

/** What is added to a prompt for a server that cannot be given a schema otherwise. */
export function schemaPrompt(prompt: string, schema: JsonObject): string {
  return `${prompt}

* Your response must be in JSON format.
* Your JSON response must be returned within a Markdown, \`\`\`json code fence.
* The JSON format is given as a JSON Schema description within <response_schema> markup tags.

<response_schema>
${pythonJson(schema)}
</response_schema>`
}

/**
 * The JSON value of a reply: what the last `json` fence holds, else the whole text, else the first object or list in it.
 * `cut` says that the reply ended early: then nothing is repaired, since the end would be made up.
 */
export function findJson(text: string, options: { cut?: boolean } = {}): Json | undefined {
  const parse = options.cut === true ? readJsonOr : parseLooseJson
  const fences = findFences(text)
  const fenced = fences.filter(({ language }) => language === 'json').at(-1)
  if (fenced !== undefined) return parse(fenced.content)
  const whole = readJsonOr(text)
  if (whole !== undefined) return whole
  const unlabelled = fences.filter(({ language }) => language === '').at(-1)
  if (unlabelled !== undefined && /^\s*[[{]/.test(unlabelled.content)) return parse(unlabelled.content)
  if (options.cut === true) return undefined
  const start = /^\s*[[{]/.test(text) ? parseLooseJson(text) : undefined
  return start ?? firstBalanced(text, '{') ?? firstBalanced(text, '[') ?? brokenAtLineStart(text)
}

/** What the last `json` fence holds, as it is written; since 0.9 a reply that is JSON and nothing else will do, too. */
function findJsonAsDataDesigner(text: string, compat: Compat): Json | undefined {
  const fenced = findFences(text).findLast(({ label }) => label === 'json')
  if (fenced !== undefined) return parseLooseJson(fenced.content)
  return isVersion057(compat) ? undefined : readJsonOr(text)
}

const MAX_CANDIDATES = 50 // brackets tried before prose is taken for prose

function firstBalanced(text: string, bracket: '{' | '['): Json | undefined {
  let at = text.indexOf(bracket)
  for (let tried = 0; at >= 0 && tried < MAX_CANDIDATES; tried++) {
    const end = endOfValue(text, at)
    const value = end < 0 ? undefined : readJsonOr(text.slice(at, end))
    if (value !== undefined) return value
    at = text.indexOf(bracket, at + 1)
  }
  return undefined
}

/** Only at the start of a line, where values are written: prose has brackets too, and a repair makes a value of any of them. */
function brokenAtLineStart(text: string): Json | undefined {
  const start = /^[ \t]*(?=[{[])/m.exec(text)
  return start === null ? undefined : parseLooseJson(text.slice(start.index))
}

/** The value of a reply in the shape of a schema: found in the text, keys the schema does not know taken out, validated, never coerced. */
export async function parseStructured(
  text: string,
  schema: JsonObject,
  options: { cut?: boolean; lenientChoices?: boolean; compat?: Compat | null } = {},
): Promise<Parsed<Json>> {
  const found = (options.compat ?? null) === null ? findJson(text, options) : findJsonAsDataDesigner(text, options.compat!)
  if (found !== undefined) return checkStructured(found, schema, options)
  return {
    error:
      options.cut === true
        ? 'The response was cut off before its JSON ended.'
        : 'No parsable JSON structure within ```json markdown fence.',
  }
}

/** Bring a value into the shape of a schema, or say what is wrong with it. `lenientChoices` takes a choice written a little differently. */
export async function checkStructured(
  value: Json,
  schema: JsonObject,
  options: { lenientChoices?: boolean; compat?: Compat | null } = {},
): Promise<Parsed<Json>> {
  const aligned = options.lenientChoices === true ? alignChoices(value, schema, schema) : value
  const pruned = isVersion057(options.compat)
    ? await prune(await prunedInPlace(aligned, schema), schema, schema)
    : await prune(aligned, schema, schema)
  const problems = (await validatorOf(schema))(pruned)
  if (problems.length > 0) return { error: `Response doesn't match requested <response_schema>\n${problems.join('\n')}` }
  return { value: pruned }
}

/** The value without keys the schema does not know, and with decimals written as text turned into numbers. */
async function prune(value: Json, schemaOrRef: Json | undefined, root: JsonObject): Promise<Json> {
  const schema = resolveRef(schemaOrRef, root)
  const options = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(options)) {
    const decimals = decimalPlaces(options)
    if (decimals !== null) return (await isValid(value, schema, root)) ? toDecimal(value, decimals) : value
    for (const option of options) {
      const candidate = await prune(value, option, root)
      if (await isValid(candidate, option, root)) return pruneOwn(candidate, schema, root)
    }
    return value
  }
  return pruneOwn(value, schema, root)
}

async function pruneOwn(value: Json, schema: JsonObject, root: JsonObject): Promise<Json> {
  if (Array.isArray(value)) {
    const first = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : []
    return Promise.all(value.map((item, index) => prune(item, first[index] ?? schema['items'], root)))
  }
  if (!isObject(value)) return value
  const parts = [schema, ...(Array.isArray(schema['allOf']) ? schema['allOf'].map(part => resolveRef(part, root)) : [])]
  const known: JsonObject = Object.assign(Object.create(null), ...parts.map(part => part['properties']))
  const patterns = parts.flatMap(part => Object.entries((part['patternProperties'] ?? {}) as JsonObject))
  const others = parts.map(part => part['additionalProperties']).find(each => each !== undefined)
  const closed = others === false || (others === undefined && Object.keys(known).length > 0)
  const kept: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    const own = known[key] ?? patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1]
    if (own !== undefined) setOwn(kept, key, await prune(item, own, root))
    else if (!closed) setOwn(kept, key, isObject(others) ? await prune(item, others, root) : item)
  }
  return kept
}

async function isValid(value: Json, schema: Json, root: JsonObject): Promise<boolean> {
  return (await validatorOf(partOf(schema, root)))(value).length === 0
}

/** Digits after the point of a decimal as Pydantic describes it, a number or a text of digits; null where it is something else. */
function decimalPlaces(options: Json[]): number | null {
  if (!options.some(option => isObject(option) && option['type'] === 'number')) return null
  const text = options.find(option => isObject(option) && option['type'] === 'string')
  const pattern = isObject(text) ? text['pattern'] : undefined
  if (typeof pattern !== 'string' || !pattern.startsWith('^(?!^[-+.]*$)[+-]?0*\\d')) return null
  return Number(/\\d\{0,(\d+)\}0\*\$$/.exec(pattern)?.[1] ?? 100)
}

/** A number rounded to some decimal places, half to even, by its digits rather than by its double. */
function toDecimal(value: Json, places: number): Json {
  if (typeof value !== 'number' && typeof value !== 'string') return value
  const [whole = '', fraction = ''] = String(value).split('.')
  if (fraction.length <= places || !/^[+-]?\d*$/.test(whole) || !/^\d*$/.test(fraction)) return Number(value)
  const digits = BigInt(whole.replace(/^[+-]/, '') + fraction.slice(0, places) || '0')
  const rest = fraction.slice(places)
  const half = `5${'0'.repeat(rest.length - 1)}`
  const up = rest > half || (rest === half && digits % 2n === 1n)
  const rounded = Number(`${up ? digits + 1n : digits}e-${places}`)
  return whole.startsWith('-') ? -rounded : rounded
}
