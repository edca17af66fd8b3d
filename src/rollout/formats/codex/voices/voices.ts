import { isObject, stringOrNull } from '../../../../json/json.ts'
import { textOf } from '../../../conversation/blocks.ts'
import type { Origin } from '../../../conversation/row.ts'
import { TextBag } from '../../../conversation/text-bag.ts'
import { toBlocks } from '../content.ts'
import type { Entry, Voice } from '../entry.ts'
import { voiceOf } from './origin.ts'
import { findTyped, type Typed } from './typed.ts'

/** Knows whose words the user-role messages of one thread are. */
export class Voices {
  private readonly typed = new TextBag()
  private readonly byPosition: Typed
  private readonly speaker: Origin

  /** `speaker`: who writes the messages of this thread that are not injected; an agent, where an agent spawned it. */
  constructor(entries: readonly Entry[], speaker: Origin) {
    this.speaker = speaker
    for (const entry of entries) {
      const text = typedText(entry)
      if (text !== null) this.typed.add(text)
    }
    this.byPosition = findTyped(entries, entry => voiceOf(toBlocks(entry.payload['content']), entry.kinds, () => false).harness !== null)
  }

  /** Whose words a message in the user role holds. */
  of(entry: Entry): Voice {
    if (entry.voice) return entry.voice // of an older reading it may have none
    const { reported, unreported } = this.byPosition
    const isTyped = (text: string) => reported.has(entry) || (!unreported.has(entry) && this.typed.has(text))
    const found = voiceOf(toBlocks(entry.payload['content']), entry.kinds, isTyped)
    // Nobody knows what it says, only that the client put it there.
    const isUnknown = found.harness === null && unreported.has(entry) && entry.kinds === null && !isAnswer(entry)
    const judged = isUnknown ? UNREPORTED : found
    const voice = judged.origin === 'human' && this.speaker !== 'human' ? { ...judged, origin: this.speaker } : judged
    entry.voice = voice
    return voice
  }

  /** Whether an entry is a message that someone gave the agent to act on. */
  isRequest(entry: Entry): boolean {
    if (entry.kind === 'event') return typedText(entry) !== null
    if (entry.kind !== 'item') return false
    return (
      entry.type === 'agent_message' || (entry.type === 'message' && entry.payload['role'] === 'user' && this.of(entry).harness === null)
    )
  }
}

/** Put in beside a message that was typed, and reported by none. */
const UNREPORTED: Voice = { origin: 'harness', harness: 'unreported' }

/** What a person answered when the agent asked is reported by no event. */
function isAnswer(entry: Entry): boolean {
  return textOf(toBlocks(entry.payload['content'])).trimStart().startsWith('<send_user_message_question_reply')
}

/** The text a person typed, as an event reports it; null for all other entries. */
export function typedText(entry: Entry): string | null {
  if (entry.kind !== 'event') return null
  if (entry.type === 'user_message') {
    const kind = stringOrNull(entry.payload['kind'])
    return kind === null || kind === 'plain' ? stringOrNull(entry.payload['message']) : null
  }
  const item = entry.payload['item']
  if (entry.type !== 'item_completed' || !isObject(item) || item['type'] !== 'UserMessage') return null
  return textOf(toBlocks(item['content'])) || null
}
