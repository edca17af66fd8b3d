import { TracewrightError } from '../../errors.ts'
import type { JsonObject } from '../../json/json.ts'

/** The part of node-llama-cpp that is used here. The package is optional, so its own types may not be there. */
export type LlamaLibrary = {
  getLlama(options: {
    gpu: Gpu
    build: 'never'
    skipDownload: true
    logLevel: 'error'
    logger: LlamaLogger
    progressLogs: false
  }): Promise<Llama>
  LlamaChat: new (options: { contextSequence: Sequence }) => Chat
}

/** Told each line of llama.cpp's log. */
export type LlamaLogger = (level: string, message: string) => void

/** What to compute with: the best there is, one kind, or the processor alone. */
export type Gpu = 'auto' | 'metal' | 'cuda' | 'vulkan' | false

/** The native library, loaded. */
export type Llama = {
  loadModel(options: { modelPath: string; loadSignal?: AbortSignal }): Promise<LlamaFile>
  createGrammarForJsonSchema(schema: JsonObject): Promise<Grammar>
  getGrammarFor(type: 'json' | 'json_arr'): Promise<Grammar>
}

/** The weights of a file, loaded. */
export type LlamaFile = {
  tokenizer: unknown
  trainContextSize: number
  createContext(options: { threads?: number; contextSize?: number }): Promise<{ getSequence(): Sequence }>
}

/** One text in the making. */
export type Sequence = {
  contextSize: number
  tokenMeter: { getState(): MeterState; diff(before: MeterState): MeterState }
}

/** Tokens that were evaluated and generated; a prompt's beginning that was there already is not evaluated again. */
export type MeterState = { usedInputTokens: number; usedOutputTokens: number }

/** What a reply may look like. */
export type Grammar = { readonly grammar: string }

/** A message as chats take it. */
export type ChatItem = { type: 'system' | 'user'; text: string } | { type: 'model'; response: string[] }

/** A chat over a sequence. */
export type Chat = {
  chatWrapper: {
    generateContextState(options: { chatHistory: ChatItem[] }): { contextText: { tokenize(tokenizer: unknown): unknown[] } }
  }
  generateResponse(history: ChatItem[], options: ChatOptions): Promise<ChatResponse>
  dispose(options: { disposeSequence: false }): void
}

/** How a response is to be made. */
export type ChatOptions = {
  signal?: AbortSignal
  maxTokens: number
  temperature: number
  seed: number
  topP?: number
  grammar?: Grammar
  repeatPenalty: false
}

/** A response: text, thoughts apart, and why it ended. */
export type ChatResponse = {
  response: string
  fullResponse: (string | { segmentType: string; text: string })[]
  metadata: { stopReason: string }
}

/** Loads node-llama-cpp. */
export type ImportLlama = () => Promise<unknown>

const PACKAGE: string = 'node-llama-cpp' // a name the type checker does not look for

/** Load the package as it is installed. */
export const importInstalled: ImportLlama = () => import(PACKAGE)

/** The package. Throws where it is not installed, with how to install it. */
export async function openLibrary(load: ImportLlama): Promise<LlamaLibrary> {
  try {
    return (await load()) as LlamaLibrary
  } catch (error) {
    throw new TracewrightError('model', 'Cannot run a GGUF file: found no usable package node-llama-cpp, expected it to be installed', {
      hint: 'npm install node-llama-cpp',
      cause: error,
    })
  }
}
