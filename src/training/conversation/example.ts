import type { JsonObject } from '../../json/json.ts'
import type { ToolSchema } from '../../rollout/conversation/row.ts'
import type { Account } from './account.ts'

/** A call of the model; `arguments` is the JSON text it wrote. */
export type TrainingCall = { id: string; name: string; arguments: string }

/** A message on its way into training data. It is never changed: stages that want another one make it. */
export type TrainingMessage = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly TrainingCall[]
  readonly callId: string | null // of a tool's result: the call it answers
  readonly toolName: string | null // and the name of the tool
  readonly isError: boolean
  readonly train: boolean // whether it is trained in this example
  readonly source: number | null // index of the message in its row; null: it was made here
  readonly elided: number // characters left out of its middle
  readonly inlined?: boolean // its reasoning stands in its text
  readonly joined?: readonly number[] // further messages of the row whose words it holds
}

/** Tools of a conversation, and whether the log told them all with every argument. */
export type ToolList = { status: 'recorded' | 'inferred' | 'none'; schemas: readonly ToolSchema[]; sources: ToolSources | null }

/**
 * How many tools are known from the log, from what the producer's version is known to have, from calls; `completed`: some were called with
 * arguments that were not listed, which were added.
 */
export type ToolSources = { recorded?: number; producer?: number; calls?: number; version?: string; completed?: boolean }

/** What every stage takes and gives: a conversation of which some messages are to be trained, and what is known of it. */
export type Example = {
  readonly traceId: string
  readonly lineage: string // root of the tree of sessions it belongs to
  readonly startedAt: Date | null // local time that reads as the UTC time at which the session began: the same bytes wherever it is exported
  readonly messages: readonly TrainingMessage[]
  readonly tools: ToolList
  readonly pair: Pair | null
  readonly facts: JsonObject // what else the view found: outcome of a task, evidence of a pair
  readonly account: Account
}

/** Two ways to go on behind the messages of an example, and how it is known which is better. */
export type Pair = { chosen: readonly TrainingMessage[]; rejected: readonly TrainingMessage[]; evidence: string }

/** All messages of an example, a pair's answers included. */
export function allMessages(example: Example): TrainingMessage[] {
  return [...example.messages, ...(example.pair?.chosen ?? []), ...(example.pair?.rejected ?? [])]
}

/** The message as context: not trained. */
export function untrained(message: TrainingMessage): TrainingMessage {
  return message.train ? { ...message, train: false } : message
}
