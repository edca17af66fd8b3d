import { hash } from 'node:crypto'
import { writeJson } from '../../json/exact.ts'
import type { ModelReply, ModelRequest } from '../model.ts'
import type { Asker } from './observer.ts'

/** Where replies are kept that were paid for. */
export interface ReplyStore {
  /** The reply to a question; null: there is none. */
  get(key: string, asker: Asker): ModelReply | null | Promise<ModelReply | null>
  /** Keep a reply; resolves when it is safe. Without a key it is noted as paid, and found by nobody. */
  put(key: string | null, reply: ModelReply, asker: Asker): void | Promise<void>
}

/** The key of a reply: the hash of all that decides it. How long to wait for it does not. `identity` names provider and model. */
export function replyKey(identity: string, request: ModelRequest): string {
  const known = keys.get(request)
  if (known?.identity === identity) return known.key
  const key = keyOf(identity, request)
  keys.set(request, { identity, key })
  return key
}

/** The keys of requests, which nobody changes: who asks wants it, and who notes what was asked. */
const keys = new WeakMap<ModelRequest, { identity: string; key: string }>()

function keyOf(identity: string, request: ModelRequest): string {
  const { messages, schema = null, tools = null, draw = null, embeds, draws, parameters } = request
  const { timeout: _, ...decisive } = parameters
  const content = canonical({ identity, messages, schema, tools, draw, embeds, draws, parameters: decisive })
  return hash('sha256', content)
}

/** JSON text with the keys of objects in code-unit order, except in schemas, where order decides what a model writes first. */
function canonical(value: unknown, ordered = true): string {
  if (Array.isArray(value)) return `[${value.map(item => canonical(item, ordered)).join(',')}]`
  if (typeof value !== 'object' || value === null) return writeJson(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (ordered) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${writeJson(key)}:${canonical(item, ordered && key !== 'schema')}`).join(',')}}`
}
