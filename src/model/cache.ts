import { hash } from 'node:crypto'
import { writeJson } from '../json/exact.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'

/** Where replies are kept. `put` resolves when the reply is safe. */
export interface ReplyStore {
  get(key: string): ModelReply | null | Promise<ModelReply | null>
  put(key: string, reply: ModelReply): void | Promise<void>
}

/** Questions under way, by store and key. */
const asking = new WeakMap<ReplyStore, Map<string, Promise<ModelReply>>>()

/**
 * A model that asks only what the store has no reply to; a reply counts when the store has it. Who asks what is being asked already
 * gets the same reply. `identity` names provider and model.
 */
export function cache(model: Model, store: ReplyStore, identity: string): Model {
  const underWay = asking.get(store) ?? new Map<string, Promise<ModelReply>>()
  asking.set(store, underWay)
  return {
    async generate(request, options) {
      const key = replyKey(identity, request)
      const same = underWay.get(key)
      if (same !== undefined) return { ...(await same), cached: true }
      const ask = async (): Promise<ModelReply> => {
        const kept = await store.get(key)
        if (kept !== null) return { ...kept, cached: true }
        const reply = await model.generate(request, options)
        await store.put(key, reply)
        return reply
      }
      const reply = ask().finally(() => underWay.delete(key))
      underWay.set(key, reply)
      return reply
    },
  }
}

/** The key of a reply: the hash of all that decides it. How long to wait for it does not. */
export function replyKey(identity: string, request: ModelRequest): string {
  const { messages, schema = null, tools = null, draw = null, embeds, parameters } = request
  const { timeout: _, ...decisive } = parameters
  const content = canonical({ identity, messages, schema, tools, draw, embeds, parameters: decisive })
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
