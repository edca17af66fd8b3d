import { textOf, withLastUserText } from '../messages.ts'
import type { ChatMessage, ModelRequest } from '../model.ts'
import { ModelError } from '../model-error.ts'
import type { ChatItem } from './library.ts'

/**
 * The messages of a request as a chat takes them. Throws for tools and images. A schema is told in the last of them: the grammar holds
 * the model to it, but says nothing of what its fields mean.
 */
export function chatItems({ messages, schema, tools }: ModelRequest): ChatItem[] {
  if (tools !== undefined && tools.length > 0) throw unsupported('tools')
  const told = (text: string) => `${text}\n\nAnswer with JSON of this JSON Schema:\n${JSON.stringify(schema!.schema)}`
  return (schema === undefined ? messages : withLastUserText(messages, told)).map(chatItem)
}

function chatItem({ role, content, tool_calls }: ChatMessage): ChatItem {
  if (role === 'tool' || (tool_calls !== undefined && tool_calls.length > 0)) throw unsupported('tool calls')
  if (Array.isArray(content) && content.some(block => block['type'] !== 'text')) throw unsupported('images, sounds or films')
  const text = textOf(content)
  return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text }
}

function unsupported(what: string): ModelError {
  return new ModelError(`Cannot ask a GGUF file: found ${what} in the request, expected text alone`, {
    failure: 'unsupported_params',
    hint: 'Serve the file with llama-server and use provider type openai',
  })
}
