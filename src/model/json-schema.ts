import { createHash } from 'node:crypto'
import { TracewrightError } from '../errors.ts'
import { asDoubles, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import { percentDecoded } from '../percent-decoded.ts'

/** Checks a value: the list of what is wrong with it, one line each; empty when nothing is. */
export type Validator = (value: Json) => string[]

const validators = new Map<string, Promise<Validator>>()

/** The validator of a JSON Schema of draft 2020-12, made once for each schema. No value is coerced. Throws where it is no schema. */
export function validatorOf(schema: JsonObject): Promise<Validator> {
  const key = createHash('sha256').update(writeJson(schema)).digest('base64')
  let validator = validators.get(key)
  if (validator === undefined) validators.set(key, (validator = compile(schema)))
  return validator
}

async function compile(schema: JsonObject): Promise<Validator> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  // Models are held to the shape; formats are hints to them, as in the reference. Patterns come from other languages too: no `u` flag.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
    logger: false,
  })
  const { $id: _, $schema: __, ...anonymous } = schema
  let check: ReturnType<typeof ajv.compile>
  try {
    check = ajv.compile(asDoubles(anonymous) as JsonObject)
  } catch (error) {
    throw new TracewrightError('config', `Cannot use the output format: found ${(error as Error).message}, expected a JSON Schema`, {
      cause: error,
    })
  }
  return value => {
    if (check(asDoubles(value))) return []
    return (check.errors ?? []).map(({ instancePath, message = 'is wrong', keyword, params }) => {
      const place = instancePath === '' ? 'The value' : instancePath
      const detail =
        keyword === 'enum'
          ? `: ${writeJson(params['allowedValues'])}`
          : keyword === 'additionalProperties'
            ? `: '${params['additionalProperty']}'`
            : ''
      return `${place} ${message}${detail}, found ${shown(at(value, instancePath))}`
    })
  }
}

function shown(value: Json): string {
  const text = writeJson(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function at(value: Json, pointer: string): Json {
  let here: Json = value
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    here = Array.isArray(here) ? (here[Number(key)] ?? null) : isObject(here) ? (ownValue(here, key) ?? null) : null
  }
  return here
}

/** The schema a `$ref` into the same document points to, followed to its end; what stands beside the `$ref` is kept. */
export function resolveRef(schema: Json | undefined, root: JsonObject): JsonObject {
  let here = schema
  for (let hops = 0; hops < 50 && isObject(here) && typeof here['$ref'] === 'string'; hops++) {
    const { $ref, ...beside } = here
    const target: Json = $ref === '#' ? root : String($ref).startsWith('#/') ? at(root, percentDecoded(String($ref).slice(1))) : null
    here = isObject(target) ? { ...target, ...beside } : beside
  }
  return isObject(here) ? here : {}
}

const ROOT = 'tracewright:root'

/** A part of a schema that stands alone: its references lead into the whole, which it carries along. */
export function partOf(part: Json, root: JsonObject): JsonObject {
  const { $schema: _, $ref, ...whole } = root
  // Ajv does not find its way through a whole that is itself a reference.
  const start = $ref === undefined ? {} : { allOf: [{ $ref }] }
  return { ...(relink(part) as JsonObject), $defs: { root: { ...whole, ...start, $id: ROOT } } }
}

function relink(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(relink)
  if (!isObject(schema)) return schema
  const entries = Object.entries(schema).map(([key, value]): [string, Json] =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? [key, ROOT + value] : [key, relink(value)],
  )
  return Object.fromEntries(entries)
}
