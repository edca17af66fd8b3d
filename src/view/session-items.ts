import type { Json, JsonObject } from '../json/json.ts'
import type { FileDiff } from './tool-diff.ts'

/** A session as people read it, whole: what terminal, Markdown, HTML and JSON show. Texts are those of the log, and may be hostile. */
export type SessionView = {
  /** Id of the row. */
  trace_id: string
  /** Format of the log. */
  agent: string | null
  /** Path of the project, or of the folder it ran in. */
  project: string | null
  /** Branch of git. */
  git_branch: string | null
  /** Names of the models that answered. */
  models: string[]
  /** ISO 8601. */
  started_at: string | null
  /** ISO 8601. */
  ended_at: string | null
  /** How it ended. */
  status: string | null
  /** How it is kin to its parent. */
  relation: string | null
  /** The row it left or was spawned by. */
  parent_trace_id: string | null
  /** The log. */
  source_path: string | null
  /** What the log counts for it: tokens, and US dollars where it says so. */
  usage: JsonObject | null
  /** The first; of a spawned agent, what it was told; of a command of the agent, what was typed. */
  prompt: string | null
  /** Prompts of a person, replays left out. */
  prompts: number
  /** Calls of tools, replays left out. */
  calls: number
  /** Results that say they failed. */
  failures: number
  /** Its pieces, in their order. */
  items: ViewItem[]
}

/** What all items have: where they are from and whose they are. */
export type Placed = {
  /** Index of the message. */
  message: number
  /** ISO 8601. */
  at: string | null
  /** Human, model, tool, harness, agent, hook. */
  whose: string
  /** Whether it may be trained on. */
  trained: boolean
  /** Said in another row, and repeated here. */
  replay: boolean
  /** File:record of the log. */
  place: string | null
}

/** A piece of a session, in its order. */
export type ViewItem = Placed & (ViewWords | ViewNote | ViewCall | ViewOrphan | ViewBoundary | ViewChild)

/** What a person or a model said, or thought. */
export type ViewWords = {
  /** What it is. */
  kind: 'prompt' | 'answer' | 'reasoning'
  /** The words. */
  text: string
  /** Of a prompt, what it asks, where that is not all of it: a command as it was typed, the request behind what an editor put before it. */
  asked?: string
  /** Pictures, as URLs. */
  images: string[]
}

/** Words of nobody in the conversation: a reminder, a summary, a system prompt. */
export type ViewNote = {
  /** What it is. */
  kind: 'note'
  /** What kind of note, for people. */
  label: string
  /** The words. */
  text: string
  /** Pictures, as URLs. */
  images: string[]
}

/** A call of a tool, with what came of it. */
export type ViewCall = {
  /** What it is. */
  kind: 'call'
  /** Name of the tool. */
  name: string
  /** The call in a line. */
  brief: string
  /** What the tool was given. */
  arguments: Json
  /** Changes to files that it makes. */
  diffs: FileDiff[]
  /** What it gave; null: nothing came. */
  result: ViewResult | null
  /** Sessions it spawned. */
  children: SessionView[]
}

/** A result of no call that is here. */
export type ViewOrphan = {
  /** What it is. */
  kind: 'result'
  /** Name of the tool. */
  name: string
  /** What it gave. */
  result: ViewResult
}

/** The conversation is cut here. */
export type ViewBoundary = {
  /** What it is. */
  kind: 'boundary'
  /** What cut it. */
  boundary: string
}

/** Another session that left here: a fork, a branch, a sub-agent that no call is known of. */
export type ViewChild = {
  /** What it is. */
  kind: 'child'
  /** The session. */
  child: SessionView
}

/** What a call gave. */
export type ViewResult = {
  /** Index of the message. */
  message: number
  /** ISO 8601. */
  at: string | null
  /** What came back, as text. */
  text: string
  /** Pictures, as URLs. */
  images: string[]
  /** Whether it says it failed. */
  failed: boolean
  /** File:record of the log. */
  place: string | null
}
