import type { JsonObject } from '../../../json/json.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { Block, Boundary, Origin, ToolSchema } from '../../conversation/row.ts'
import type { Place } from '../../log/ledger.ts'

/** What is kept of one record: its place in the graph and what was said in it, never the record itself. */
export type Entry = {
  places: Place[] // one, but for a queued prompt that two records tell of; none where the record was never decoded
  uuid: string | null
  parent: string | null | undefined // null: the record says it follows nothing; undefined: it does not say
  logicalParent: string | null // what a compaction boundary follows, though its parent is null
  sidechain: boolean
  agentId: string | null
  setting: Setting
  timestamp: string | null
  said: Said
}

/** Where a record was written, shared by all records that agree in it. */
export type Setting = {
  sessionId: string | null
  cwd: string | null
  gitBranch: string | null
  version: string | null
  entrypoint: string | null
  slug: string | null
  team: string | null
}

/** Where a record was written that does not say. */
export const NOWHERE: Setting = {
  sessionId: null,
  cwd: null,
  gitBranch: null,
  version: null,
  entrypoint: null,
  slug: null,
  team: null,
}

/** An entry that only says that something was recorded at that time; its record is accounted for already. */
export function momentAt(timestamp: string): Entry {
  return {
    places: [],
    uuid: null,
    parent: undefined,
    logicalParent: null,
    sidechain: false,
    agentId: null,
    setting: NOWHERE,
    timestamp,
    said: { kind: 'link' },
  }
}

/** What a record says. */
export type Said = Link | UserSaid | ModelSaid | Compaction | Failure | QueueOperation | Snapshot | ThoughtsLeft

/** Nothing; the record only holds the graph together and is settled already. */
export type Link = { kind: 'link' }

/** User-role text, tool results, or both. */
export type UserSaid = {
  kind: 'user'
  content: Block[]
  results: ToolAnswer[]
  origin: Origin
  prompt: boolean // typed by a person as a turn of its own: no command echo, no queued prompt
  queued: boolean // typed while the model worked; goes behind the results of the response it came into
  boundary: Boundary | null
  extra: JsonObject
}

/** One tool_result block. */
export type ToolAnswer = {
  callId: string | null // null in scrubbed logs
  caller: string | null // uuid of the record that made the call, where the log says
  content: Block[]
  isError: boolean | null
  extra: JsonObject
}

/** A piece of a model response. */
export type ModelSaid = {
  kind: 'model'
  messageId: string | null
  requestId: string | null
  pieces: Piece[]
  facts: MessageFacts
  supersedes: string[] // uuids of records this one replaces
}

/** One block of a model response. */
export type Piece =
  | { kind: 'text'; block: Block }
  | { kind: 'thought'; text: string }
  | { kind: 'hidden'; how: 'encrypted' | 'redacted' }
  | { kind: 'call'; id: string | null; name: string; args: string; prompt: string | null } // prompt: what a spawned agent is told
  | { kind: 'answer'; answer: ToolAnswer } // of a tool that ran inside the response

/** The context was summarised here. */
export type Compaction = {
  kind: 'compaction'
  head: string | null // first and last record that stayed in the context as they were
  tail: string | null
  kept: string[] // the same as a list, where the log has one
  before: boolean // they stand before the summary, not behind it
  detail: JsonObject
}

/** An error shown in the model's place, or one that took back what the model had said. */
export type Failure = { kind: 'failure'; detail: JsonObject; retracted: string[] }

/** A prompt put into, or taken out of, the queue of prompts typed while the model works. */
export type QueueOperation = { kind: 'queue'; operation: string; content: Block[] }

/** The system prompt and the tools as they were sent from here on. */
export type Snapshot = { kind: 'snapshot'; system: Block[]; tools: ToolSchema[] }

/** Thoughts left the context here; all of those before, or an unknown part of them. */
export type ThoughtsLeft = { kind: 'thoughts-left'; all: boolean; detail: JsonObject }
