import { askedIn, givenCommand } from '../asked.ts'
import { isObject, type Json } from '../json/json.ts'
import { MARKS_TYPE, marksAfter, marksIn, type ResponseMark } from '../rollout/conversation/response-marks.ts'
import type { Message, MessageMeta, RolloutRow, Usage } from '../rollout/conversation/row.ts'
import { USAGE_TYPES } from '../rollout/conversation/store-types.ts'
import { sumUsage } from '../rollout/conversation/usage.ts'
import type { Row } from '../row.ts'
import type { StoreType, StoreTypes } from '../store-type.ts'
import { OwnMessages, type Placed } from './own-messages.ts'
import { type ToolFacts, toolFacts } from './tool-facts.ts'

export type { ToolFacts } from './tool-facts.ts'

/** What lists, selectors and bills need of a session: a few hundred bytes, so that nobody has to read its messages. */
export type Facts = {
  /** Id of the row. */
  trace_id: string
  /** Format of the log. */
  source_kind: string | null
  /** Path of the project, or of the folder it ran in. */
  project: string | null
  /** Branch of git. */
  git_branch: string | null
  /** Milliseconds since 1970. */
  started_at: number | null
  /** Milliseconds since 1970. */
  ended_at: number | null
  /** Names of the models that answered. */
  models: string[]
  /** The row it left or was spawned by. */
  parent_trace_id: string | null
  /** The session at the root of its family. */
  root_session_id: string | null
  /** How it is kin to its parent. */
  relation: string | null
  /** The call that spawned it. */
  spawn_tool_call_id: string | null
  /** How it ended. */
  status: string | null
  /** These counts leave out what another row has said. */
  message_count: number
  /** How many messages at its beginning another row has said. */
  repeated: number
  /** Of a person. */
  prompts: number
  /** Calls of tools. */
  tool_calls: number
  /** Tool results that say they failed. */
  errors: number
  /** Prompts of a person that came soon behind a failed result. */
  corrections: number
  /** Which tools were called, and how often. */
  tools: ToolFacts[]
  /** Whether thoughts are in it. */
  has_reasoning: boolean
  /** Whether a message has one. */
  has_images: boolean
  /** How the first prompt of a person begins; a command of the agent as it was typed, and a request without what an editor put before it. */
  first_prompt: string | null
  /** The beginning of its last answer. */
  final_message: string | null
  /** What each answer took. */
  responses: Response[]
  /** What the log counts for the session beyond its responses. */
  rest: Usage | null
}

/** What is selected by: all but what was taken, which depends on other logs. */
export type RowFacts = Omit<Facts, 'responses' | 'rest'>

/** Facts as a store keeps them: also by what its answers are known, so that each is counted once, whoever tells it too. */
export type StoredFacts = Facts & { marks: ResponseMark[] }

/** What one response took. */
export type Response = Usage & {
  /** Index of its first message. */
  message: number
  /** Milliseconds since 1970. */
  at: number | null
  /** Name of the model. */
  model: string | null
}

/** Columns of rows that facts are made of. */
export const FACTS_SOURCES = [
  'trace_id',
  'source_kind',
  'root_session_id',
  'cwd',
  'project_path',
  'git_branch',
  'started_at',
  'ended_at',
  'messages',
  'final_assistant_message',
  'message_meta',
  'parent_trace_id',
  'relation',
  'spawn_tool_call_id',
  'models',
  'usage',
  'outcome',
] as const

const USAGE_KEYS = Object.keys(USAGE_TYPES) as (keyof Usage)[]

/** How facts are stored. */
export const FACTS_TYPES: StoreTypes & { [key in keyof StoredFacts]: StoreType } = {
  trace_id: 'text',
  source_kind: 'text',
  project: 'text',
  git_branch: 'text',
  started_at: 'integer',
  ended_at: 'integer',
  models: { list: 'text' },
  parent_trace_id: 'text',
  root_session_id: 'text',
  relation: 'text',
  spawn_tool_call_id: 'text',
  status: 'text',
  message_count: 'integer',
  repeated: 'integer',
  prompts: 'integer',
  tool_calls: 'integer',
  errors: 'integer',
  corrections: 'integer',
  tools: { list: { struct: { name: 'text', calls: 'integer', failed: 'integer' } } },
  has_reasoning: 'boolean',
  has_images: 'boolean',
  first_prompt: 'text',
  final_message: 'text',
  responses: {
    list: { struct: { message: 'integer', at: 'integer', model: 'text', ...USAGE_TYPES }, always: ['at', 'model', ...USAGE_KEYS] },
  },
  rest: { struct: USAGE_TYPES, always: USAGE_KEYS },
  marks: MARKS_TYPE,
}

/** Texts are shown by their beginning. */
const SHOWN = 200

/** A person's prompt corrects where at most so many responses stand between it and the failure. */
const SOON = 2

/** The facts of a session. Rows of other columns have what these columns say. */
export function factsOf(given: Row): Facts {
  const { marks: _, ...facts } = storedFactsOf(given)
  return facts
}

/** As `factsOf`, with the marks of its answers. */
export function storedFactsOf(given: Row): StoredFacts {
  const row = given as unknown as Partial<RolloutRow>
  const { first, command, ...told } = toldIn(row)
  return {
    trace_id: String(row.trace_id ?? ''),
    source_kind: row.source_kind ?? null,
    project: row.project_path ?? row.cwd ?? null,
    git_branch: row.git_branch ?? null,
    started_at: instantOf(row.started_at),
    ended_at: instantOf(row.ended_at),
    models: Array.isArray(row.models) ? row.models.filter(model => typeof model === 'string') : [],
    parent_trace_id: row.parent_trace_id ?? null,
    root_session_id: row.root_session_id ?? null,
    relation: row.relation ?? null,
    spawn_tool_call_id: row.spawn_tool_call_id ?? null,
    status: row.outcome?.status ?? null,
    ...told,
    first_prompt: first === null ? command : beginningOf(first, first.message),
    final_message: row.final_assistant_message?.trim().slice(-SHOWN) ?? null,
    marks: marksIn(row),
  }
}

function beginningOf({ meta }: Placed, message: Message): string {
  return askedIn(textOf(message), meta?.extra).slice(0, SHOWN)
}

/** What messages that turned out to be another row's leave of a row: its other columns, and its words, are what they were. */
export type Replayed = Pick<RolloutRow, 'message_meta' | 'usage'>

/**
 * The facts of a session in which more is a replay than `facts` knows. `outline`: its messages, maybe without their words; `whole`: with
 * them, asked for only where another prompt than before is the first.
 */
export function factsWithout(
  facts: StoredFacts,
  replayed: Replayed,
  outline: readonly Message[],
  whole: () => readonly Message[],
): StoredFacts {
  const { first, command, ...counted } = toldIn({ ...replayed, messages: [...outline] })
  const told = { ...counted, marks: marksAfter(facts.marks, replayed.message_meta) }
  if (first === null) return { ...facts, ...told, first_prompt: command }
  // What is a replay was one of the messages before: where they are as many, they are the same.
  if (told.prompts === facts.prompts) return { ...facts, ...told }
  return { ...facts, ...told, first_prompt: beginningOf(first, whole()[first.index]!) }
}

type Told = Pick<
  Facts,
  | 'message_count'
  | 'repeated'
  | 'prompts'
  | 'tool_calls'
  | 'errors'
  | 'corrections'
  | 'tools'
  | 'has_reasoning'
  | 'has_images'
  | 'responses'
  | 'rest'
>

/** What messages say that are the row's own, words aside; the first of them that is a person's, and the first command that one gave. */
function toldIn(row: Partial<RolloutRow>): Told & { first: Placed | null; command: string | null } {
  const given: readonly unknown[] = Array.isArray(row.messages) ? row.messages : []
  const messages = given.every(isMessage) ? given : given.filter(isMessage)
  const own = new OwnMessages(messages, row.message_meta)
  const counts = { message_count: 0, repeated: messages.length, prompts: 0 }
  const has = { has_reasoning: false, has_images: false }
  const responses: Response[] = []
  let first: Placed | null = null
  let command: string | null = null
  for (const placed of own) {
    const { message, index, meta } = placed
    command ??= givenCommand(meta?.extra)?.slice(0, SHOWN) ?? null
    if (counts.message_count++ === 0) counts.repeated = index
    if (isOfPerson(placed)) {
      counts.prompts++
      first ??= placed
    }
    has.has_reasoning ||= message.reasoning_content !== undefined
    has.has_images ||= blocksOf(message).some(({ type }) => type !== 'text' && /image/.test(String(type)))
    if (meta?.usage) responses.push(responseOf(meta, meta.usage, index))
  }
  const rest = restOf(row.usage ?? null, responses)
  return { first, command, ...counts, ...toolFacts(own), corrections: correctionsIn(own), ...has, responses, rest }
}

function isMessage(message: unknown): message is Message {
  return isObject(message as Json)
}

/** A point in time in milliseconds; null where the text says none. */
export function instantOf(text: string | null | undefined): number | null {
  const instant = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(instant) ? null : instant
}

function isOfPerson({ message, meta }: Placed): boolean {
  return meta === undefined ? message.role === 'user' : meta.origin === 'human'
}

function correctionsIn(own: Iterable<Placed>): number {
  let corrections = 0
  let responses = Infinity // since the last failure
  for (const placed of own) {
    if (placed.meta?.is_error === true) responses = 0
    else if (placed.message.role === 'assistant') responses++
    else if (isOfPerson(placed)) {
      if (responses <= SOON) corrections++
      responses = Infinity
    }
  }
  return corrections
}

function responseOf(meta: MessageMeta, usage: Usage, message: number): Response {
  return { message, at: instantOf(meta.timestamp), model: meta.model ?? null, ...whole(usage) }
}

function whole(usage: Partial<Usage>): Usage {
  const all = {} as Usage
  for (const key of USAGE_KEYS) all[key] = typeof usage[key] === 'number' ? usage[key] : null
  return all
}

/** A log may count a session and not its responses, or only some of them. */
function restOf(all: Usage | null, responses: readonly Usage[]): Usage | null {
  if (all === null) return null
  const counted = sumUsage(responses)
  const rest = whole({})
  for (const key of USAGE_KEYS) {
    const left = Number(all[key] ?? 0) - Number(counted?.[key] ?? 0)
    if (left > (key === 'cost_usd' ? 1e-9 : 0)) rest[key] = left
  }
  return USAGE_KEYS.some(key => rest[key] !== null) ? rest : null
}

function blocksOf({ content }: Message): readonly { [key: string]: Json }[] {
  return Array.isArray(content) ? content.filter(isObject) : []
}

function textOf(message: Message): string {
  if (typeof (message.content as Json) === 'string') return message.content as unknown as string
  return blocksOf(message)
    .map(block => (typeof block['text'] === 'string' ? block['text'] : ''))
    .join('\n')
}
