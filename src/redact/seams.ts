import { isObject, type Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { Finder } from './find-in-text.ts'
import { acrossTexts, type SplitFinding } from './split-values.ts'

/** Values that the end of one message begins and the next one of its role ends, as places in the text of either, by index of the message. */
export function seamsOf(row: Row, finder: Finder): Map<number, SplitFinding[]> {
  const places = new Map<number, SplitFinding[]>()
  const messages = Array.isArray(row['messages']) ? row['messages'] : []
  const last = new Map<string, { index: number; text: string }>()
  for (const [index, message] of messages.entries()) {
    if (!isObject(message) || typeof message['role'] !== 'string') continue
    const text = onlyText(message['content'] ?? null)
    const before = last.get(message['role'])
    if (text === null) {
      last.delete(message['role'])
      continue
    }
    last.set(message['role'], { index, text })
    if (before === undefined) continue
    for (const { value, first, second, rule, stand } of acrossTexts(before.text, text, finder)) {
      const add = (at: number, start: number, end: number) =>
        places.set(at, [...(places.get(at) ?? []), { value, rule, stand, start, end }])
      add(before.index, before.text.length - first.start, before.text.length - first.end)
      if (second > 0) add(index, 0, second)
    }
  }
  return places
}

function onlyText(content: Json): string | null {
  if (typeof content === 'string') return content
  const [block] = Array.isArray(content) && content.length === 1 ? content : []
  return isObject(block ?? null) && typeof (block as { text?: Json }).text === 'string' ? (block as { text: string }).text : null
}
