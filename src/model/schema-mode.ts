import { writeJson } from '../json/exact.ts'
import { withLastUserText } from './messages.ts'
import type { ModelReply, ModelRequest } from './model.ts'
import { findModelError } from './model-error.ts'
import { parseStructured, schemaPrompt } from './structured.ts'

/**
 * How one model at one endpoint is asked for a shape: natively first, and in the prompt from then on where its server refuses that or
 * ignores it. All aliases of the model share what was learnt.
 */
export class SchemaMode {
  private native: boolean
  private proven = false // a native reply has had the shape that was asked for: replies that have not are the model's own fault
  private readonly refused = new Set<string>() // schemas the server does not take natively

  constructor(native: boolean) {
    this.native = native
  }

  /** The request as it is sent first. */
  first(request: ModelRequest): ModelRequest {
    const { schema } = request
    return schema === undefined || (this.native && !this.refused.has(writeJson(schema.schema))) ? request : inPrompt(request)
  }

  /** Whether a native reply says too little of whether the server takes schemas: then it is asked again, in the prompt. */
  async isDoubtful(sent: ModelRequest, reply: ModelReply): Promise<boolean> {
    if (sent.schema === undefined || this.proven || reply.finish_reason === 'length') return false
    if (sent.tools !== undefined && reply.tool_calls.length > 0) return false
    if (!(await fits(reply, sent))) return true
    this.proven = true
    return false
  }

  /** Learn from the reply to what was asked in the prompt after a native reply did not fit. Gives it with what both cost. */
  async settle(sent: ModelRequest, first: ModelReply, second: ModelReply): Promise<ModelReply> {
    // Only a reply that is better settles it: what a model fails both ways is its own fault.
    if (!this.proven && (await fits(second, sent))) this.native = false
    return together(first, second)
  }

  /** Whether the server refused the schema, rather than the request: it is not sent again. */
  isRefusal(sent: ModelRequest, thrown: unknown): boolean {
    const failure = findModelError(thrown)
    if (sent.schema === undefined || failure === null) return false
    const refuses = [400, 404, 415, 422, 501].includes(failure.status ?? 0) && REFUSES_SCHEMA.test(failure.body)
    if (refuses) this.refused.add(writeJson(sent.schema.schema))
    return refuses
  }
}

/** A request that asks for its shape in the prompt. */
export function inPrompt({ schema, ...request }: ModelRequest): ModelRequest {
  return { ...request, messages: withLastUserText(request.messages, text => schemaPrompt(text, schema!.schema)) }
}

/** Words of servers that do not know, or do not like, the schema they were sent. */
const REFUSES_SCHEMA = /response_?format|json_?schema|response_?schema|output_?(?:format|config)|structured.?output|guided|grammar|schema/i

async function fits(reply: ModelReply, { schema }: ModelRequest): Promise<boolean> {
  const { lenientChoices = false } = schema!
  return 'value' in (await parseStructured(reply.text, schema!.schema, { lenientChoices }))
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
