import type { Conversation } from '../conversation/conversation.ts'
import type { Signals } from '../outcome/signals.ts'

/** A rule by which whole rows are kept or left out. */
export interface Filter<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs; says what `:…` behind the name means. */
  readonly description: string
  /** It reads what the repository says that `--git` names. */
  readonly needsGit?: true
  /** Whether rows are kept, by what stands behind the name and a colon; null where that is not understood. */
  make(argument: string | null): ((conversation: Conversation, signals: Signals) => boolean) | null
}

/** Define a filter; keeps its name as a literal type. */
export function defineFilter<const Name extends string>(filter: Filter<Name>): Filter<Name> {
  return filter
}
