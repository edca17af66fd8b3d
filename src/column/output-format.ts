import { TracewrightError } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'

/** The shape of a structured cell: a JSON Schema, or a zod schema it is made from. */
export type OutputFormat = JsonObject | ZodLike

/** A zod 4 schema, of whichever copy of zod. */
export type ZodLike =
  | {
      /** The schema as JSON Schema. */
      toJSONSchema(options?: object): unknown
    }
  | {
      /** What tells a schema of zod. */
      _zod: object
    }

/** The JSON Schema of an output format. A zod schema only serves to derive it: what is stored is checked by JSON Schema. */
export function jsonSchemaOf(format: OutputFormat, where: string): JsonObject {
  const schema =
    '_zod' in format || typeof (format as { toJSONSchema?: unknown }).toJSONSchema === 'function'
      ? fromZod(format as ZodLike)
      : (format as Json)
  if (isObject(schema)) {
    const { $schema: _, ...rest } = schema
    return rest
  }
  throw new TracewrightError('config', `outputFormat: found ${typeof format}, expected a zod schema or a JSON Schema`, { where })
}

/** A zod schema turns itself into JSON Schema, so that a copy of zod other than ours works too. */
function fromZod(schema: ZodLike): Json {
  if ('toJSONSchema' in schema) return schema.toJSONSchema() as Json
  throw new TracewrightError('config', 'outputFormat: found a zod schema that cannot turn itself into JSON Schema', {
    hint: 'Pass z.toJSONSchema(schema)',
  })
}
