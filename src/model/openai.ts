import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import { refuseCancelled } from './cancel.ts'
import { readChatCompletion } from './chat-completion.ts'
import { drawPictures } from './draw-pictures.ts'
import { embed } from './embeddings.ts'
import { unreadableReply } from './http-failure.ts'
import type { Model, ModelRequest } from './model.ts'
import { post } from './post.ts'
import { type Connection, defineProvider } from './provider.ts'
import { wireMessage } from './wire-message.ts'

/** Chat completions at `<endpoint>/chat/completions`: OpenAI, and every server that speaks as it does. */
export const openai = defineProvider({
  name: 'openai',
  title: 'OpenAI, NVIDIA, OpenRouter, Ollama, vLLM, llama.cpp, LM Studio and whatever else serves chat completions',
  remote: true,
  nativeSchema: true,
  embeds: true,
  draws: true,
  connect: chatCompletions,
  example: {
    path: '/v1/chat/completions',
    keyHeader: 'authorization',
    reply: text => ({
      id: 'r1',
      model: 'm',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    }),
    error: message => ({ error: { message } }),
  },
})

/** Another name for `openai`, for those who look for it. */
export const openaiCompatible = defineProvider({ ...openai, name: 'openai-compatible', title: 'The same as openai' })

// Requests are held in this protocol's own shape, so no library stands between: translating twice took longer than the call.
function chatCompletions({ provider, model, key }: Connection): Model {
  const { endpoint, extraBody, extraHeaders } = provider
  const headers = {
    'content-type': 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...extraHeaders,
  }
  // OpenAI's own models refuse the old name of the limit; other servers know only that.
  const limitName = URL.parse(endpoint)?.hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens'
  return {
    async generate(request, { signal } = {}) {
      refuseCancelled(signal)
      if (request.embeds) return await embed(request, { endpoint, model, headers, extraBody, signal })
      if (request.draws) return await drawPictures(request, { endpoint, model, headers, extraBody, signal })
      const { timeout, extra_body } = request.parameters
      const body = writeJson({ model, ...bodyOf(request, limitName), ...extraBody, ...extra_body })
      const text = await post({ endpoint, url: `${endpoint}/chat/completions`, headers, body, timeout, signal })
      const reply = readChatCompletion(parseJson(text) ?? null)
      if (reply === null) throw unreadableReply(endpoint, text)
      const value = request.schema === undefined ? undefined : readJsonOr(reply.text)
      return { ...reply, model: reply.model || model, ...(value === undefined ? {} : { value }), attempts: 1 }
    },
  }
}

function bodyOf({ messages, schema, tools, isVerbatim = false, parameters }: ModelRequest, limitName: string): JsonObject {
  const { temperature, top_p, max_tokens } = parameters
  return {
    messages: messages.map(message => wireMessage(message, isVerbatim)),
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { top_p }),
    ...(max_tokens === undefined ? {} : { [limitName]: max_tokens }),
    ...(tools === undefined ? {} : { tools: tools.map(tool => ({ type: 'function', function: tool as JsonObject })) }),
    ...(schema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { ...schema, strict: isStrict(schema.schema) } } }),
  }
}

/** Whether a schema meets the rules of strict mode: every object is closed and all its properties are required. */
function isStrict(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (!isObject(schema)) return true
  if (schema['type'] === 'object' || 'properties' in schema) {
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    const names = Object.keys((schema['properties'] ?? {}) as JsonObject)
    if (schema['additionalProperties'] !== false || !names.every(name => required.includes(name))) return false
  }
  return Object.values(schema).every(isStrict)
}
