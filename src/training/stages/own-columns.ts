import { isObject, type Json } from '../../json/json.ts'
import { ROLLOUT_COLUMNS } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { allMessages, type Example } from '../conversation/example.ts'

/**
 * What a row says beside its messages, for an example that was made of it: labels, scores, whatever else stands in columns. What is said by
 * message goes where its message went: of a list with an item for each message, and of a list of objects that name a `message`. What is
 * counted over the whole session would be wrong of a part of it, and stays behind.
 */
export function ownColumns({ row, metas, pair }: Pick<Conversation, 'row' | 'metas' | 'pair'>, example: Example): Row {
  const sources = allMessages(example).map(({ source }) => source)
  const places = new Map(sources.flatMap((source, i) => (source === null ? [] : [[source, i] as const])))
  const moved = (name: string, value: Json): Json => {
    if (!Array.isArray(value) || OF_THE_SESSION.test(name)) return value
    if (value.length > 0 && value.every(item => namesMessage(item, metas.length)))
      return value.flatMap(item => {
        const place = item.message === null ? null : places.get(item.message)
        return place === undefined ? [] : [{ ...item, message: place }]
      })
    const isByMessage = value.length === metas.length || (name === ENDS_EARLY && value.length < metas.length)
    return isByMessage ? sources.map(source => (source === null ? null : (value[source] ?? null))) : value
  }
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      OF_THE_WHOLE.has(name) || (pair !== null && OF_A_PAIR.has(name)) ? [] : [[name, moved(name, value)]],
    ),
  )
}

/** Whether an item says which message it is about, or by null that it is about all of them. */
function namesMessage(item: Json, length: number): item is { message: number | null; [key: string]: Json } {
  if (!isObject(item) || item['message'] === undefined) return false
  const { message } = item
  return message === null || (typeof message === 'number' && Number.isInteger(message) && message >= 0 && message < length)
}

/** Columns that an example has of its own, or that tell of a whole session. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set([
  ...['messages', 'message_meta', 'tools'],
  ...['message_count', 'tool_call_count', 'final_assistant_message', 'usage', 'diagnostics'],
])

const OF_A_PAIR: ReadonlySet<string> = new Set(['chosen', 'rejected', 'evidence'])

/** Lists that are none by message, however long they are. */
const OF_THE_SESSION = new RegExp(`^(?:${ROLLOUT_COLUMNS.join('|')}|label_(?:tags|notes|by))$`)

/** What people said of messages: it ends with the last one of which anything was said. */
const ENDS_EARLY = 'message_accepted'
