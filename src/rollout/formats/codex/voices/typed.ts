import { isObject, stringOrNull } from '../../../../json/json.ts'
import { textOf } from '../../../conversation/blocks.ts'
import { toBlocks } from '../content.ts'
import type { Entry } from '../entry.ts'
import { isOfModel } from './of-model.ts'

/** What the events that report typed messages say of the user-role messages around them. */
export type Typed = { reported: Entries; unreported: Entries }

/** Some entries; they are not held. */
type Entries = Pick<WeakSet<Entry>, 'has'>

/** So many messages that stand together are looked at; a client puts in far fewer. */
const MAX_TOGETHER = 24

/**
 * Tell which user-role messages were typed, by the events that report these: an event stands behind its message, in some generations
 * before it. Of messages that stand together, those that no event reports while it reports another were put there by the client. Texts
 * need not be equal, for a log may have been redacted; where they are, they decide. `isInjected`: by its kinds or its words.
 */
export function findTyped(entries: readonly Entry[], isInjected: (entry: Entry) => boolean): Typed {
  const reported = new WeakSet<Entry>()
  const unreported = new WeakSet<Entry>()
  let group: Entry[] = [] // messages since the model spoke
  let early: string[] = [] // texts of events whose message has not come yet
  let hasReport = false
  const close = () => {
    if (hasReport) for (const entry of group) if (!reported.has(entry)) unreported.add(entry)
    group = []
    early = []
    hasReport = false
  }
  for (const entry of entries) {
    const text = reportedText(entry)
    if (text !== null) {
      const open = group.filter(message => !reported.has(message))
      const message = open.findLast(candidate => textsOf(candidate).includes(text)) ?? open.findLast(candidate => !isInjected(candidate))
      if (message === undefined) early = [...early.slice(-MAX_TOGETHER), text]
      else reported.add(message)
      hasReport = true
    } else if (isUserMessage(entry)) {
      group.push(entry)
      if (group.length > MAX_TOGETHER) group.shift()
      const at = early.findIndex(waiting => textsOf(entry).includes(waiting))
      const isNext = at >= 0 || (early.length > 0 && !isInjected(entry))
      if (isNext) {
        early.splice(Math.max(0, at), 1)
        reported.add(entry)
      }
    } else if (isOfModel(entry) || entry.kind === 'compacted') close()
  }
  close()
  return { reported, unreported }
}

function isUserMessage({ kind, type, payload }: Entry): boolean {
  return kind === 'item' && type === 'message' && payload['role'] === 'user'
}

function textsOf(entry: Entry): string[] {
  const blocks = toBlocks(entry.payload['content'])
  return [...blocks.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])), textOf(blocks)]
}

/** The text of a typed message that an event reports, empty where it was a picture alone; null for all other entries. */
function reportedText(entry: Entry): string | null {
  if (entry.kind !== 'event') return null
  if (entry.type === 'user_message') {
    const kind = stringOrNull(entry.payload['kind'])
    return kind === null || kind === 'plain' ? (stringOrNull(entry.payload['message']) ?? '') : null
  }
  const item = entry.payload['item']
  if (entry.type !== 'item_completed' || !isObject(item) || item['type'] !== 'UserMessage') return null
  return textOf(toBlocks(item['content']))
}
