import type { Row } from '../row.ts'
import type { OtherAnswers } from './answers/other-answers.ts'
import type { Conversation } from './conversation/conversation.ts'
import type { Example, TrainingMessage } from './conversation/example.ts'

/** Which examples are made of a conversation. Over all of them every message is trained once at most. */
export interface View<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** What it gives: conversations, pairs of answers, tasks without answers, or whole sessions as they are. */
  readonly gives: 'conversations' | 'pairs' | 'tasks' | 'trajectories'
  /** `others`: what other rows answered to the same, for a view that looks at them. */
  examples(conversation: Conversation, others: OtherAnswers): Iterable<Example>
  /** Rows have to be gone through before, for the answers of others. */
  readonly looksAtOthers?: true
  /** Why messages that are in none of its examples are not. */
  readonly leavesOut: string
}

/** Define a view; keeps its name as a literal type. */
export function defineView<const Name extends string>(view: View<Name>): View<Name> {
  return view
}

/** An example of some messages of a conversation. */
export function exampleOf(
  conversation: Conversation,
  messages: readonly TrainingMessage[],
  more: Partial<Pick<Example, 'pair' | 'facts'>> = {},
): Example {
  const { traceId, lineage, tools, account, row } = conversation
  return { traceId, lineage, startedAt: startOf(row), messages, tools, account, pair: more.pair ?? null, facts: more.facts ?? {} }
}

/** When a row's session began, in local time; null where the row does not say. */
export function startOf(row: Row): Date | null {
  const at = typeof row['started_at'] === 'string' ? new Date(row['started_at']) : null
  if (at === null || Number.isNaN(at.getTime())) return null
  return new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds())
}
