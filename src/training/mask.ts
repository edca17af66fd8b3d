import type { Conversation } from './conversation/conversation.ts'
import type { Signals } from './outcome/signals.ts'

/** A rule by which messages of the model are not trained, though they stay as context. */
export interface Mask<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Whether it holds where the user does not say which do. */
  readonly isDefault: boolean
  /** Indexes of the row's messages that are not to be trained, with the reason. */
  find(conversation: Conversation, signals: Signals): Iterable<readonly [message: number, reason: string]>
}

/** Define a mask; keeps its name as a literal type. */
export function defineMask<const Name extends string>(mask: Mask<Name>): Mask<Name> {
  return mask
}
