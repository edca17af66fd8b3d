import { isObject, stringOrNull } from '../../../json/json.ts'
import type { Ledger } from '../../log/ledger.ts'
import type { Entry } from './entry.ts'

/**
 * Say what becomes of the records that make no message: what was said elsewhere is a duplicate, the rest metadata under its own name. It
 * is said before anything is told, for nobody to need the entries behind that.
 */
export function presumeRest(entries: readonly Entry[], isReplayed: (entry: Entry) => boolean, ledger: Ledger): void {
  const calls = callIds(entries)
  for (const entry of entries)
    if (isReplayed(entry)) ledger.presume(entry.place, 'replay')
    else if (isShownTwice(entry, calls)) ledger.presume(entry.place, 'noise', 'duplicate of a response item')
    else ledger.presume(entry.place, 'metadata', nameOf(entry))
}

/** Events that show a person the words that response items hold. */
const WORDS = /^(?:user_message|agent_(?:message|reasoning)\w*|raw_response_item|item_completed\/(?:UserMessage|AgentMessage|Reasoning))$/

/** Whether an event repeats a response item: its words, or the end of the very call. */
function isShownTwice(entry: Entry, calls: ReadonlySet<string>): boolean {
  if (entry.kind !== 'event') return false
  if (WORDS.test(nameOf(entry))) return true
  const { item } = entry.payload
  const report = isObject(item) ? item : entry.payload
  return [report['call_id'], report['callId'], report['id']].some(id => typeof id === 'string' && calls.has(id))
}

function callIds(entries: readonly Entry[]): Set<string> {
  const ids = new Set<string>()
  for (const { kind, type, payload } of entries)
    if (kind === 'item' && type.endsWith('_call'))
      for (const id of [payload['call_id'], payload['id']]) if (typeof id === 'string') ids.add(id)
  return ids
}

function nameOf({ type, payload }: Entry): string {
  const kind = type === 'item_completed' && isObject(payload['item']) ? stringOrNull(payload['item']['type']) : null
  return kind === null ? type : `${type}/${kind}`
}
