import type { AnthropicProvider } from '@ai-sdk/anthropic'
import { TracewrightError } from '../errors.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../json/json.ts'
import { refuseCancelled } from './cancel.ts'
import { unreadableReply } from './http-failure.ts'
import { textOf } from './messages.ts'
import type { ChatMessage, ContentBlock, Model, ModelReply, ModelRequest } from './model.ts'
import { findModelError, ModelError } from './model-error.ts'
import { type ProviderFetch, providerFetch } from './provider-fetch.ts'
import { splitThinking } from './thinking.ts'
import { partOf, tokenCount } from './token-count.ts'

/** A model of the AI SDK's provider layer. Its `generateText` is left out: its retries, telemetry and tool loop are not wanted here. */
export type LanguageModel = ReturnType<AnthropicProvider['messages']>
type Call = Parameters<LanguageModel['doGenerate']>[0]
type Result = Awaited<ReturnType<LanguageModel['doGenerate']>>
type UserPart = Extract<Call['prompt'][number], { role: 'user' }>['content'][number]

/** How one provider's models are used. */
export type SdkOptions = {
  endpoint: string
  extraBody: JsonObject | null // into every request body
  maxTokens?: number // sent where the request names none
  textSeparator: '' | '\n' // between the text blocks of a reply
  load(): Promise<(fetch: ProviderFetch) => LanguageModel> // imports the SDK, with the first call; a model is made for each, in microseconds
}

/** A `Model` that asks through a model of the AI SDK. */
export function sdkModel(sdk: SdkOptions): Model {
  let loading: ReturnType<SdkOptions['load']> | null = null
  return {
    async generate(request, { signal } = {}) {
      refuseCancelled(signal)
      const { timeout, extra_body } = request.parameters
      const modelOver = await (loading ??= sdk.load())
      const model = modelOver(providerFetch({ endpoint: sdk.endpoint, timeout, extraBody: { ...sdk.extraBody, ...extra_body } }))
      const reply = await model.doGenerate(callOf(request, sdk, signal)).then(
        result => readResult(result, sdk),
        error => rethrow(error, sdk.endpoint),
      )
      const named = reply.model === '' ? { ...reply, model: model.modelId } : reply
      if (request.schema === undefined) return { ...named, attempts: 1 }
      const value = readJsonOr(named.text)
      return { ...named, ...(value === undefined ? {} : { value }), attempts: 1 }
    },
  }
}

function callOf(request: ModelRequest, sdk: SdkOptions, signal: AbortSignal | undefined): Call {
  const { parameters, schema, tools } = request
  const maxTokens = parameters.max_tokens ?? sdk.maxTokens
  return {
    prompt: request.messages.map(promptMessage),
    ...(parameters.temperature === undefined ? {} : { temperature: parameters.temperature }),
    ...(parameters.top_p === undefined ? {} : { topP: parameters.top_p }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(schema === undefined ? {} : { responseFormat: { type: 'json' as const, name: schema.name, schema: schema.schema as never } }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ parameters: inputSchema, ...tool }) => ({
            type: 'function' as const,
            ...tool,
            inputSchema: inputSchema as never,
          })),
        }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  }
}

function promptMessage(message: ChatMessage): Call['prompt'][number] {
  if (message.role === 'system') return { role: 'system', content: textOf(message.content) }
  if (message.role === 'user') {
    const blocks: ContentBlock[] = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content
    return { role: 'user', content: blocks.map(userPart) }
  }
  const text = textOf(message.content)
  if (message.role === 'tool') {
    const result = {
      type: 'tool-result' as const,
      toolCallId: message.tool_call_id ?? '',
      toolName: '',
      output: { type: 'text' as const, value: text },
    }
    return { role: 'tool', content: [result] }
  }
  const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: written } }) => ({
    type: 'tool-call' as const,
    toolCallId: id,
    toolName: name,
    input: readJsonOr(written) ?? fail(`Cannot send a tool call: found arguments ${writeJson(written)}, expected JSON`),
  }))
  return { role: 'assistant', content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls] }
}

function userPart(block: ContentBlock): UserPart {
  if (['input_audio', 'audio_url', 'video_url'].includes(String(block['type'])))
    fail(`Cannot send ${String(block['type'])}: found no way to say it to this provider`)
  if (block['type'] !== 'image_url') return { type: 'text', text: typeof block['text'] === 'string' ? block['text'] : writeJson(block) }
  const url = isObject(block['image_url']) ? String(block['image_url']['url']) : String(block['image_url'])
  const inline = /^data:([^;,]+);base64,(.*)$/s.exec(url)
  if (inline !== null) return { type: 'file', mediaType: inline[1]!, data: { type: 'data', data: inline[2]! } }
  const parsed =
    URL.parse(url) ?? fail(`Cannot send an image: found URL ${writeJson(url.slice(0, 80))}, expected one that starts with https: or data:`)
  return { type: 'file', mediaType: 'image/*', data: { type: 'url', url: parsed } }
}

function fail(message: string): never {
  throw new ModelError(message, { failure: 'bad_request' })
}

function readResult(result: Result, sdk: SdkOptions): Omit<ModelReply, 'attempts'> {
  const parts = <Type extends Result['content'][number]['type']>(type: Type) =>
    result.content.filter((part): part is Extract<Result['content'][number], { type: Type }> => part.type === type)
  const { inputTokens, outputTokens } = result.usage
  const input = tokenCount(inputTokens.total)
  const output = tokenCount(outputTokens.total)
  const said = parts('text').map(({ text }) => text)
  const { text, reasoning } = splitThinking(result.structuredOutputText ?? said.join(sdk.textSeparator))
  const thought = [...parts('reasoning').map(part => part.text), reasoning ?? ''].filter(part => part !== '')
  return {
    text,
    reasoning: stringOrNull(thought.join('\n')),
    tool_calls: parts('tool-call').map(({ toolCallId, toolName, input }) => ({
      id: toolCallId,
      type: 'function',
      function: { name: toolName, arguments: input },
    })),
    usage: {
      input,
      cached_input: partOf(tokenCount(inputTokens.cacheRead), input),
      output,
      reasoning: partOf(tokenCount(outputTokens.reasoning), output),
    },
    finish_reason: result.finishReason.raw === 'refusal' ? 'refusal' : result.finishReason.unified,
    model: result.response?.modelId ?? '',
    id: result.response?.id ?? null,
  }
}

/** What the SDK threw, as the failure it is. */
function rethrow(thrown: unknown, endpoint: string): never {
  const known = findModelError(thrown)
  if (known !== null) throw known
  if (thrown instanceof TracewrightError) throw thrown
  // Both kinds of error the SDK has for a success it cannot read hold the body.
  const { statusCode, responseBody, data, name } = thrown as Error & { statusCode?: number; responseBody?: string; data?: Json }
  if (statusCode === 200 || name === 'AI_InvalidResponseDataError')
    throw unreadableReply(endpoint, responseBody ?? writeJson(data) ?? '', thrown)
  throw new ModelError(`Cannot ask ${endpoint}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
    failure: 'bad_request',
    cause: thrown,
  })
}
