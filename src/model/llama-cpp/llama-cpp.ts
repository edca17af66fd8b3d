import { randomInt } from 'node:crypto'
import { messageOf, TracewrightError } from '../../errors.ts'
import { readJsonOr } from '../../json/exact.ts'
import { milliseconds } from '../../milliseconds.ts'
import { cancelled, refuseCancelled } from '../cancel.ts'
import { timeoutFailure } from '../connection-failure.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { ModelError } from '../model-error.ts'
import { type Connection, defineProvider } from '../provider.ts'
import { Queue } from '../queue.ts'
import { splitThinking } from '../thinking.ts'
import { chatItems } from './chat.ts'
import { type LoadedFile, loadGguf } from './file.ts'
import { grammarFor } from './grammar.ts'
import { type Chat, type ChatItem, type ChatResponse, type ImportLlama, importInstalled } from './library.ts'
import { readLlamaSettings } from './settings.ts'

/** A GGUF file in this process. */
export const llamaCpp = defineProvider({
  name: 'llama-cpp',
  title: 'A GGUF file in this process, by node-llama-cpp; `model` is the path of the file',
  remote: false,
  nativeSchema: true,
  connect: connection => ggufModel(connection, importInstalled),
  example: null,
})

const DEFAULT_TEMPERATURE = 0.8 // llama.cpp's own; node-llama-cpp's is 0, which gives equal prompts equal replies
const queues = new WeakMap<LoadedFile, Queue>()

/** A model that asks a GGUF file, with the package that `load` gives. */
export function ggufModel({ provider, model: path }: Connection, load: ImportLlama): Model {
  return {
    async generate(request, { signal } = {}) {
      refuseCancelled(signal)
      const settings = readLlamaSettings({ ...provider.extraBody, ...request.parameters.extra_body })
      const items = chatItems(request)
      const file = await loadGguf(path, settings, load)
      const queue = queues.get(file) ?? new Queue()
      queues.set(file, queue)
      return queue.run(() => answer(file, items, request, signal), signal)
    },
  }
}

async function answer(file: LoadedFile, items: ChatItem[], request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> {
  const { parameters, schema } = request
  const chat = file.chat()
  try {
    const input = promptTokens(chat, items, file)
    const room = file.sequence.contextSize - input - 1
    if (room < 1) throw contextExceeded(file, input)
    const before = file.sequence.tokenMeter.getState()
    const late = parameters.timeout === undefined ? null : AbortSignal.timeout(milliseconds(parameters.timeout))
    const signals = [signal, late].filter(each => each != null)
    const response = await chat
      .generateResponse(items, {
        maxTokens: Math.min(parameters.max_tokens ?? room, room),
        temperature: parameters.temperature ?? DEFAULT_TEMPERATURE,
        seed: randomInt(2 ** 32), // the library's own changes once a second, and equal prompts get equal replies
        repeatPenalty: false,
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
        ...(parameters.top_p === undefined ? {} : { topP: parameters.top_p }),
        ...(schema === undefined ? {} : { grammar: await grammarFor(file.llama, schema.schema) }),
      })
      .catch(error => {
        if (signal?.aborted) throw cancelled(signal)
        if (late?.aborted) throw timeoutFailure(file.name, parameters.timeout!)
        throw generationFailure(file, input, error)
      })
    const { usedInputTokens, usedOutputTokens } = file.sequence.tokenMeter.diff(before)
    const usage = { input, cached_input: Math.max(0, input - usedInputTokens), output: usedOutputTokens, reasoning: null }
    return { ...readResponse(response, schema !== undefined), usage, model: file.name }
  } finally {
    chat.dispose({ disposeSequence: false })
  }
}

/** Tokens of the prompt as the model's template writes it, with the beginning of the reply. */
function promptTokens(chat: Chat, items: ChatItem[], { file }: LoadedFile): number {
  const chatHistory: ChatItem[] = [...items, { type: 'model', response: [] }]
  return chat.chatWrapper.generateContextState({ chatHistory }).contextText.tokenize(file.tokenizer).length
}

function readResponse({ response, fullResponse, metadata }: ChatResponse, structured: boolean): Omit<ModelReply, 'usage' | 'model'> {
  const thoughts = fullResponse.flatMap(part => (typeof part === 'object' && part.segmentType === 'thought' ? [part.text] : []))
  const { text, reasoning } = splitThinking(response)
  const value = structured ? readJsonOr(text) : undefined
  return {
    text,
    reasoning: [...thoughts, ...(reasoning === null ? [] : [reasoning])].join('\n') || null,
    ...(value === undefined ? {} : { value }),
    tool_calls: [],
    finish_reason: metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
    id: null,
    attempts: 1,
  }
}

function contextExceeded({ name, file, sequence }: LoadedFile, input: number): ModelError {
  return new ModelError(
    `Cannot ask ${name}: found a prompt of ${input} tokens, expected fewer than its context of ${sequence.contextSize}`,
    {
      failure: 'context_window_exceeded',
      hint: `Raise context_size in extra_body (the model was trained for ${file.trainContextSize}), or shorten the prompt`,
    },
  )
}

function generationFailure(file: LoadedFile, input: number, error: unknown): TracewrightError {
  if (error instanceof TracewrightError) return error
  const message = messageOf(error)
  if (/context size|context window/i.test(message)) return contextExceeded(file, input)
  return new ModelError(`Cannot ask ${file.name}: found ${message}, expected a reply`, { failure: 'internal_server', cause: error })
}
