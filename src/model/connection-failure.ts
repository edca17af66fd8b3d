import { ownValue } from '../json/own.ts'
import { ModelError } from './model-error.ts'

/** The error for a reply that did not come in time. */
export function timeoutFailure(endpoint: string, seconds: number): ModelError {
  return new ModelError(`Cannot get a reply from ${endpoint}: found none after ${seconds} s, expected one sooner`, {
    failure: 'timeout',
    hint: "Raise the model's timeout in inference_parameters, or lower max_parallel_requests",
  })
}

/** The error for a server that was not reached or hung up, with what to start where it is a local one. */
export function connectionFailure(endpoint: string, error: unknown): ModelError {
  const code = codeOf(error)
  return new ModelError(
    `Cannot reach ${endpoint}: found ${ownValue(WORDS, code) ?? (error instanceof Error ? error.message : String(error))}, expected a model server`,
    {
      failure: 'api_connection',
      hint: hintFor(endpoint, code),
      cause: error,
    },
  )
}

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'nothing listening there',
  ENOTFOUND: 'no host of that name',
  EAI_AGAIN: 'no answer from the name server',
  ECONNRESET: 'the connection cut',
  UND_ERR_SOCKET: 'the connection cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection after 10 s',
  ERR_INVALID_URL: 'no valid URL',
  UND_ERR_INVALID_ARG: 'no http or https URL',
}

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    // Trying IPv6 and IPv4 in turn ends in one error that holds both.
    const inner = at instanceof AggregateError ? at.errors.find(each => (each as { code?: string }).code) : at
    const code = (inner as { code?: unknown } | undefined)?.code
    if (typeof code === 'string') return code
  }
  return ''
}

const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/
const SERVERS: Record<string, string> = {
  ':11434': 'Start Ollama: ollama serve',
  ':8080': 'Start llama.cpp: llama-server -m model.gguf',
  ':1234': 'Start the server of LM Studio: lms server start',
  ':8000': 'Start vLLM: vllm serve <model>',
}

function hintFor(endpoint: string, code: string): string {
  const local = LOCAL.exec(endpoint)
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG') return 'Give the provider an endpoint such as http://localhost:11434/v1'
  if (local !== null) return ownValue(SERVERS, local[2] ?? '') ?? 'Start the model server, or correct the endpoint of the provider'
  return 'Check the network and the endpoint of the provider'
}
