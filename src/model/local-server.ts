import { isObject, type Json, parseJson } from '../json/json.ts'
import { milliseconds } from '../milliseconds.ts'

/** A model server on this machine. */
export type LocalServer = {
  /** Name of the predefined provider. */
  name: string
  /** URL that answers, without a slash at its end. */
  endpoint: string
  /** Models it serves. */
  models: string[]
}

/** Where a program usually listens. */
export type UsualPort = {
  /** The program. */
  name: string
  /** Its port on this machine. */
  port: number
}

/** Servers and their usual ports, the likeliest first. */
export const LOCAL_SERVERS: readonly UsualPort[] = [
  { name: 'Ollama', port: 11434 },
  { name: 'llama.cpp', port: 8080 },
  { name: 'LM Studio', port: 1234 },
  { name: 'vLLM', port: 8000 },
]

/**
 * The first of the usual ports where an OpenAI-compatible server lists at least one model; null where none does. Only
 * `GET /v1/models` is asked: whatever else listens there is not disturbed.
 */
export async function findLocalServer(servers: readonly UsualPort[] = LOCAL_SERVERS, timeout = 0.4): Promise<LocalServer | null> {
  const found = await Promise.all(servers.map(server => ask(server.name, server.port, timeout)))
  return found.find(server => server !== null) ?? null
}

async function ask(name: string, port: number, timeout: number): Promise<LocalServer | null> {
  const endpoint = `http://127.0.0.1:${port}/v1`
  try {
    const response = await fetch(`${endpoint}/models`, { redirect: 'error', signal: AbortSignal.timeout(milliseconds(timeout)) })
    const models = response.ok ? modelNames(parseJson(await response.text())) : []
    return models.length === 0 ? null : { name, endpoint, models }
  } catch {
    return null
  }
}

function modelNames(body: Json | undefined): string[] {
  const data = isObject(body) ? body['data'] : undefined
  if (!Array.isArray(data)) return []
  return data.flatMap(model => (isObject(model) && typeof model['id'] === 'string' ? [model['id']] : []))
}
