import { writeJson } from '../../json/exact.ts'
import { parseLossless } from '../../json/lossless.ts'
import type { StoreType } from '../../store-type.ts'
import type { Conversation } from '../tokenizer/chat-template.ts'
import type { Example, ToolList, TrainingMessage } from './example.ts'
import type { Written } from './json-line.ts'
import { hasHugeInteger, JsonText, pythonLayout } from './json-line.ts'

/** How the arguments of calls are written: as values, or as the text the model wrote. */
export type ArgumentsForm = 'object' | 'text'

/** What a chat message says beside role and content. */
export type ChatFormOptions = {
  arguments: ArgumentsForm
  isParquet: boolean
  flag?: string // key under which it says whether an answer is trained
  ids?: boolean // whether calls and results name each other; default true
}

/** A message in the form that chat APIs and most trainers take. */
export function chatMessage(message: TrainingMessage, options: ChatFormOptions): { [key: string]: Written } {
  const { role, text, reasoning, calls, callId, toolName, train } = message
  return {
    role,
    content: text,
    ...(reasoning === null ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(call => chatCall(call, options)) }),
    ...(callId === null ? {} : { tool_call_id: callId }),
    ...(toolName === null ? {} : { name: toolName }),
    ...(options.flag === undefined || role !== 'assistant' ? {} : { [options.flag]: train }),
  }
}

function chatCall(call: TrainingMessage['calls'][number], { arguments: form, isParquet }: ChatFormOptions): Written {
  const { id, name, arguments: text } = call
  return {
    id,
    type: 'function',
    function: { name, arguments: form === 'text' ? text : isParquet || hasHugeInteger(text) ? pythonLayout(text) : new JsonText(text) },
  }
}

/** Type of a list of chat messages in Parquet: arguments are text there, however they are read. */
export function chatType(flag?: string): StoreType {
  const call: StoreType = { struct: { id: 'text', type: 'text', function: { struct: { name: 'text', arguments: 'text' } } } }
  return {
    list: {
      struct: {
        role: 'text',
        content: 'text',
        reasoning_content: 'text',
        tool_calls: { list: call },
        tool_call_id: 'text',
        name: 'text',
        ...(flag === undefined ? {} : { [flag]: 'boolean' as const }),
      },
    },
  }
}

/** Tools as JSON text: a struct of all schemas would give each the keys of all others. Undefined where there are none. */
export function toolsText({ schemas }: ToolList): string | undefined {
  return schemas.length === 0 ? undefined : writeJson(schemas)
}

/** A conversation as templates take it. The day that a template tells is the day on which the session began, not that of the export. */
export function templateForm(
  messages: readonly TrainingMessage[],
  { tools, startedAt }: Pick<Example, 'tools' | 'startedAt'>,
): Conversation {
  return {
    ...(startedAt === null ? {} : { now: startedAt }),
    tools: tools.schemas.length === 0 ? null : tools.schemas,
    messages: messages.map(({ role, text, reasoning, calls, callId, toolName }) => ({
      role,
      content: text,
      ...(reasoning === null ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(call => ({
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: parseLossless(call.arguments) },
            })),
          }),
      ...(callId === null ? {} : { tool_call_id: callId }),
      ...(toolName === null ? {} : { name: toolName }),
    })),
  }
}
