import type { Json, JsonObject } from '../json/json.ts'

/** One part of a message: `{ type: 'text', text }`, or `{ type: 'image_url', image_url }` with a URL or `{ url }`. */
export type ContentBlock = JsonObject

/** A call a model asked for; `arguments` is JSON text, as the model wrote it. */
export type ChatToolCall = {
  /** Id that the result names. */
  id: string
  /** What kind it is. */
  type: 'function'
  /** What is called. */
  function: {
    /** Its name. */
    name: string
    /** JSON text as the model wrote it. */
    arguments: string
  }
}

/** A message as chat-completion servers take it. */
export type ChatMessage = {
  /** Whose words these are. */
  role: 'system' | 'user' | 'assistant' | 'tool'
  /** Text, or blocks where it holds more than text. */
  content: string | ContentBlock[]
  /** What the model thought before it spoke. */
  reasoning_content?: string
  /** Calls the model made. */
  tool_calls?: ChatToolCall[]
  /** Id of the call that this is the result of. */
  tool_call_id?: string
}

/** The shape a reply must have. */
export type ReplySchema = {
  /** What the provider calls it. */
  name: string
  /** The JSON Schema. */
  schema: JsonObject
  /** Whether a choice that differs in case or space, or a number as text, will do. */
  lenientChoices?: true
}

/** A tool a model may call. */
export type ChatTool = {
  /** What the model calls it by. */
  name: string
  /** What the model is told of it. */
  description?: string
  /** JSON Schema of its arguments. */
  parameters: JsonObject
}

/** What is sent beside the messages; distributions are drawn already. */
export type ModelParameters = {
  /** From 0; the lower, the likelier each word. */
  temperature?: number
  /** Words are drawn from the likeliest that make up this share, 0 to 1. */
  top_p?: number
  /** Most tokens of the reply. */
  max_tokens?: number
  /** Of vectors: how they are sent. */
  encoding_format?: string
  /** Of vectors: how many numbers they have. */
  dimensions?: number
  /** Seconds; 60 when absent. */
  timeout?: number
  /** Put into the request body as it is. */
  extra_body?: JsonObject
}

/** One question to a model. */
export type ModelRequest = {
  /** The dialogue so far. */
  messages: ChatMessage[]
  /** Shape the reply is to have. */
  schema?: ReplySchema
  /** Tools the model may call. */
  tools?: ChatTool[]
  /** Whether vectors of the messages are wanted, and no answer to them: the reply's text is a JSON list of them. */
  embeds?: true
  /** Whether pictures are wanted, drawn as the last message says: the reply's text is a JSON list of them as base64. */
  draws?: true
  /** Whether messages are sent as they are, the model's earlier thoughts included, which some servers refuse. */
  isVerbatim?: boolean
  /** What is sent along: temperature, tokens and the like. */
  parameters: ModelParameters
  /** Tells equal requests apart that want answers of their own; part of the cache key, never sent. */
  draw?: string
}

/** Tokens of a call. Null where the server did not say. */
export type TokenUsage = {
  /** cached_input included. */
  input: number | null
  /** Tokens of the prompt that came from a cache; null: not told. */
  cached_input: number | null
  /** Reasoning included. */
  output: number | null
  /** Tokens of the reply that were thought; null: not told. */
  reasoning: number | null
  /** Pictures of the reply; absent: it was not asked for any. */
  images?: number
  /** Counted by length, not by the model. */
  estimated?: true
}

/** What a model answered. Plain JSON, so that it can be stored. */
export type ModelReply = {
  /** What the model said. */
  text: string
  /** What it thought, where that is given; else null. */
  reasoning: string | null
  /** What the model said instead of an answer. */
  refusal?: string
  /** Why a picture is not there that the server named an address of. */
  lost?: string
  /** The text as the server wrote it, where thoughts were taken out of it. */
  written?: string
  /** The thoughts it gave apart from it. */
  given_reasoning?: string | null
  /** Set when the server filled the schema natively and the text is JSON. */
  value?: Json
  /** Calls it made. */
  tool_calls: ChatToolCall[]
  /** Tokens of this reply. */
  usage: TokenUsage
  /** Stop, length, tool-calls, content-filter, …. */
  finish_reason: string | null
  /** As the server names it. */
  model: string
  /** The server's id of the reply; null where it has none. */
  id: string | null
  /** Calls made to the server, this one included. */
  attempts: number
  /** Read from a store: nothing was called, nothing is to be paid. */
  cached?: true
}

/** Something that answers. What stands between a question and it (replies that were kept, limits, retries) is the run's. */
export interface Model {
  /** Ask once. Throws ModelError. */
  generate(request: ModelRequest, options?: { signal?: AbortSignal }): Promise<ModelReply>
}
