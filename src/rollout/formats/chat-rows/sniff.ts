import { isObject, type JsonObject, parseJson } from '../../../json/json.ts'
import { endOfValue } from '../../../json/source-text.ts'
import { isOwnRow } from '../../passed-over.ts'
import { isMessage, LISTS, listsOf } from './shape.ts'

/** What a file holds. */
export type Shape =
  | 'rows' // a conversation each
  | 'messages' // of one conversation
  | 'row' // one conversation, laid out as a document

/**
 * What a file holds by its beginning: judged by its first record, once that is whole, since nobody names these files. Null where it is
 * none of these, or cannot be told yet.
 */
export function shapeOf(head: string): Shape | null {
  const first = firstValue(head)
  if (first === null || isOwnRow(first.value)) return null
  if (isMessage(first.value)) return 'messages'
  if (listsOf(first.value, 'every') === null) return null
  // A document, and not the first of several lines.
  return first.isAlone && first.isLaidOut ? 'row' : 'rows'
}

/** Whether a file begins as one of these. */
export function looksLikeChatRows(head: string): boolean {
  return shapeOf(head) !== null
}

/** The name of the list in a document of one conversation. */
export function listIn(head: string): string {
  const first = firstValue(head)
  return (first === null ? null : listsOf(first.value)?.[0]) ?? LISTS.find(name => head.includes(`"${name}"`)) ?? LISTS[0]
}

/** The first value of a file, or of the list that it is. */
function firstValue(head: string): { value: JsonObject; isAlone: boolean; isLaidOut: boolean } | null {
  const start = /^\uFEFF?\s*(?:\[\s*)?/.exec(head)![0].length
  if (head[start] !== '{') return null
  const end = endOfValue(head, start)
  if (end < 0) return null
  const text = head.slice(start, end)
  const value = parseJson(text)
  if (!isObject(value)) return null
  return { value, isAlone: /^\s*$/.test(head.slice(end)) && !head.slice(0, start).includes('['), isLaidOut: text.includes('\n') }
}
