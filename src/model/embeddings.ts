import { writeJson } from '../json/exact.ts'
import { isObject, type Json, parseJson } from '../json/json.ts'
import { unreadableReply } from './http-failure.ts'
import { textOf } from './messages.ts'
import type { ModelReply, ModelRequest } from './model.ts'
import { type Asking, post } from './post.ts'

/** Ask `<endpoint>/embeddings` for the vectors of a request's texts; the reply's text is a JSON list of them, in their order. */
export async function embed(request: ModelRequest, { endpoint, model, headers, extraBody, signal }: Asking): Promise<ModelReply> {
  const { timeout, encoding_format, dimensions, extra_body } = request.parameters
  const input = request.messages.map(({ content }) => textOf(content))
  const settings = { ...(encoding_format === undefined ? {} : { encoding_format }), ...(dimensions === undefined ? {} : { dimensions }) }
  const body = writeJson({ model, input, ...settings, ...extraBody, ...extra_body })
  const text = await post({ endpoint, url: `${endpoint}/embeddings`, headers, body, timeout, signal })
  const value = parseJson(text)
  const vectors = vectorsIn(value, input.length)
  if (vectors === null || !isObject(value)) throw unreadableReply(endpoint, text)
  const usage = isObject(value['usage']) ? value['usage']['prompt_tokens'] : null
  return embeddingReply(vectors, typeof value['model'] === 'string' ? value['model'] : model, typeof usage === 'number' ? usage : null)
}

/** Vectors as a reply of a model. `tokens`: what was read; null where the server did not say. */
export function embeddingReply(vectors: readonly (readonly number[])[], model: string, tokens: number | null): ModelReply {
  return {
    text: writeJson(vectors),
    reasoning: null,
    tool_calls: [],
    usage: { input: tokens, cached_input: null, output: 0, reasoning: null },
    finish_reason: 'stop',
    model,
    id: null,
    attempts: 1,
  }
}

/** One vector for each text, in the order of the texts; null where the reply has something else. */
function vectorsIn(value: Json | undefined, count: number): number[][] | null {
  if (!isObject(value) || !Array.isArray(value['data']) || value['data'].length !== count) return null
  const vectors = new Array<number[] | null>(count).fill(null)
  for (const [i, item] of value['data'].entries()) {
    if (!isObject(item)) return null
    const { index = i, embedding = null } = item
    if (typeof index !== 'number' || !(index in vectors)) return null
    vectors[index] = vectorOf(embedding)
  }
  return vectors.every(vector => vector !== null) ? vectors : null
}

/** Numbers, or the base64 of 32-bit floats. */
function vectorOf(embedding: Json): number[] | null {
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64')
    if (bytes.length === 0 || bytes.length % 4 !== 0) return null
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
  }
  if (!Array.isArray(embedding) || embedding.length === 0) return null
  const numbers = embedding.map(Number)
  return numbers.every(Number.isFinite) ? numbers : null
}
