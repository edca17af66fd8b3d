import { isObject, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Item } from './item.ts'

/** Whether an item is what a person asked for, where taking back stops to count. */
export function isPrompt(item: Item): boolean {
  const message = messageOf(item)
  if (message?.['role'] !== 'user') return false
  const { kind = 'user', trigger } = originOf(message)
  return kind === 'user' || ((kind === 'skill_activation' || kind === 'plugin_command') && trigger === 'user-slash')
}

/** Whether an item was put in for the prompt behind it, and goes where that goes. */
export function ownedBy(item: Item, prompt: Item): boolean {
  const [message, asked] = [messageOf(item), messageOf(prompt)]
  const owner = message === null ? undefined : originOf(message)['ownerPromptId']
  return typeof owner === 'string' && owner === asked?.['id']
}

/** What a compaction leaves of a context: prompts before its summary, in older versions what came last behind it. */
export function keptOf(context: readonly Item[], record: JsonObject): { before: Item[]; behind: Item[] } {
  const kept = numberOrNull(record['keptUserMessageCount'])
  if (kept === null || record['legacyTail'] === true) {
    let open = numberOrNull(record['compactedCount']) ?? numberOrNull(record['count']) ?? context.length
    const at = context.findIndex(item => (open -= messagesIn(item)) < 0)
    return { before: [], behind: at < 0 ? [] : context.slice(at) }
  }
  const prompts = context.filter(isPrompt)
  const head = Math.max(0, Math.min(numberOrNull(record['keptHeadUserMessageCount']) ?? 0, kept, prompts.length))
  const tail = prompts.slice(Math.max(head, prompts.length - (kept - head)))
  return { before: [...prompts.slice(0, head), ...tail], behind: [] }
}

/** The message of an item that is one. */
export function messageOf(item: Item): JsonObject | null {
  const message = item.is === 'message' ? item.entries[0]?.record['message'] : null
  return isObject(message) ? message : null
}

/** Where a message came from, as it says. */
export function originOf(message: JsonObject): JsonObject {
  return isObject(message['origin']) ? message['origin'] : {}
}

/** A response and each result are a message of their own. */
function messagesIn(item: Item): number {
  if (item.is !== 'step') return 1
  const results = item.entries.filter(({ record }) => isObject(record['event']) && record['event']['type'] === 'tool.result')
  return 1 + results.length
}
