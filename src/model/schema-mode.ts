import { writeJson } from '../json/exact.ts'
import { withLastUserText } from './messages.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'
import { findModelError } from './model-error.ts'
import { parseStructured, schemaPrompt } from './structured.ts'

/** How a model is asked for a shape: by its server's own means, or in the prompt. */
export type SchemaMode = {
  native: boolean
  proven: boolean // a native reply has had the shape that was asked for: replies that have not are the model's own fault
  refused: Set<string> // schemas the server does not take natively
}

/** Words of servers that do not know, or do not like, the schema they were sent. */
const REFUSES_SCHEMA = /response_?format|json_?schema|response_?schema|output_?(?:format|config)|structured.?output|guided|grammar|schema/i

/**
 * A model that is asked for a schema natively first, and in the prompt from then on where its server refuses that or ignores it.
 * `mode` remembers which, for all aliases of one model at one endpoint.
 */
export function adaptSchema(model: Model, mode: SchemaMode): Model {
  return {
    async generate(request, options) {
      if (request.schema === undefined) return model.generate(request, options)
      const { schema, lenientChoices = false } = request.schema
      const text = writeJson(schema)
      if (!mode.native || mode.refused.has(text)) return model.generate(inPrompt(request), options)
      const fits = async (reply: ModelReply) => 'value' in (await parseStructured(reply.text, schema, { lenientChoices }))
      try {
        const reply = await model.generate(request, options)
        const callsTools = request.tools !== undefined && reply.tool_calls.length > 0
        if (mode.proven || callsTools || reply.finish_reason === 'length') return reply
        if (await fits(reply)) {
          mode.proven = true
          return reply
        }
        const second = await model.generate(inPrompt(request), options)
        // Only a reply that is better settles it: what a model fails both ways is its own fault.
        if (!mode.proven && (await fits(second))) mode.native = false
        return together(reply, second)
      } catch (thrown) {
        if (!refusesSchema(thrown)) throw thrown
        mode.refused.add(text)
        const reply = await model.generate(inPrompt(request), options)
        return { ...reply, attempts: reply.attempts + 1 }
      }
    },
  }
}

function refusesSchema(thrown: unknown): boolean {
  const failure = findModelError(thrown)
  return failure !== null && [400, 404, 415, 422, 501].includes(failure.status ?? 0) && REFUSES_SCHEMA.test(failure.body)
}

function inPrompt({ schema, ...request }: ModelRequest): ModelRequest {
  return { ...request, messages: withLastUserText(request.messages, text => schemaPrompt(text, schema!.schema)) }
}

/** The second reply, with what both cost. */
function together(first: ModelReply, second: ModelReply): ModelReply {
  const sum = (key: 'input' | 'cached_input' | 'output' | 'reasoning') =>
    first.usage[key] === null && second.usage[key] === null ? null : (first.usage[key] ?? 0) + (second.usage[key] ?? 0)
  const usage = {
    ...second.usage,
    input: sum('input'),
    cached_input: sum('cached_input'),
    output: sum('output'),
    reasoning: sum('reasoning'),
  }
  return { ...second, usage, attempts: first.attempts + second.attempts }
}
