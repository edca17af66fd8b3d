import type { Json, JsonObject } from '../json/json.ts'

/** One part of a message: `{ type: 'text', text }`, or `{ type: 'image_url', image_url }` with a URL or `{ url }`. */
export type ContentBlock = JsonObject

/** A call a model asked for; `arguments` is JSON text, as the model wrote it. */
export type ChatToolCall = { id: string; type: 'function'; function: { name: string; arguments: string } }

/** A message as chat-completion servers take it. */
export type ChatMessage = {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string | ContentBlock[]
  reasoning_content?: string
  tool_calls?: ChatToolCall[]
  tool_call_id?: string
}

/** The shape a reply must have. */
export type ReplySchema = { name: string; schema: JsonObject; lenientChoices?: true } // lenientChoices: other case, space or a number as text will do

/** A tool a model may call. */
export type ChatTool = { name: string; description?: string; parameters: JsonObject }

/** What is sent beside the messages; distributions are drawn already. */
export type ModelParameters = {
  temperature?: number
  top_p?: number
  max_tokens?: number
  timeout?: number // seconds; 60 when absent
  extra_body?: JsonObject // put into the request body as it is
}

/** One question to a model. */
export type ModelRequest = {
  messages: ChatMessage[]
  schema?: ReplySchema
  tools?: ChatTool[]
  keepsReasoning?: boolean // whether the model's earlier thoughts are sent along; some servers refuse them
  parameters: ModelParameters
  draw?: string // tells equal requests apart that want answers of their own; part of the cache key, never sent
}

/** Tokens of a call. Null where the server did not say. */
export type TokenUsage = {
  input: number | null // cached_input included
  cached_input: number | null
  output: number | null // reasoning included
  reasoning: number | null
  estimated?: true // counted by length, not by the model
}

/** What a model answered. Plain JSON, so that it can be stored. */
export type ModelReply = {
  text: string
  reasoning: string | null
  refusal?: string // what the model said instead of an answer
  written?: string // the text as the server wrote it, where thoughts were taken out of it
  given_reasoning?: string | null // and the thoughts it gave apart from it
  value?: Json // set when the server filled the schema natively and the text is JSON
  tool_calls: ChatToolCall[]
  usage: TokenUsage
  finish_reason: string | null // stop, length, tool-calls, content-filter, …
  model: string // as the server names it
  id: string | null
  attempts: number // calls made to the server, this one included
  cached?: true // read from a store: nothing was called, nothing is to be paid
}

/** Something that answers. Limits, retries, caches and recording are functions from one `Model` to another. */
export interface Model {
  generate(request: ModelRequest, options?: { signal?: AbortSignal }): Promise<ModelReply>
}
