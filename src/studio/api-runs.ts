import type { RunManifest } from '../dataset/run/manifest.ts'
import type { RunLife } from '../dataset/run/run-life.ts'
import type { JsonObject } from '../json/json.ts'
import type { BillSummary } from '../pipeline/creation/bill.ts'
import type { ExportDiff } from '../training/diff.ts'
import type { Clip, Count } from './api-parts.ts'

/* What server and pages say to each other of runs and exports: types, and nothing else. */

/** A run: what its folder says. */
export type RunPage = {
  name: string
  status: RunManifest['status']
  reason: string | null
  started_at: string
  seen_at: string | null // when the last of its files was written
  target: number | null
  accept: string | null
  rows: number
  max_cost_usd: number | null
  usage: BillSummary | null
  columns: { name: string; type: string; reads: string[]; replies: number; failed: number; prompt: Clip | null }[]
  funnel: { stage: string; rows: number; lost: Count[] }[]
  failures: FailureGroup[]
  replies: number
  life: RunLife // whether its process lives, and which servers it waits for
  retry: string | null // the command that makes again what failed; null where nothing has
  resume: string | null
}

/** Whether a run goes on, its words made visible. */
export type { RunLife }

/** Failures of a run that have the same cause. */
export type FailureGroup = {
  id: string
  column: string | null
  kind: string
  reason: string
  count: number
  rows: { row: string; reason: string; asked: boolean }[] // those that failed so, the first of them; `asked`: prompt and replies are kept
  examples: Clip[] // entries of rejects.jsonl of what is no row, or of whose questions nothing is kept
}

/** A row that failed: what was asked for it, and what came back. */
export type FailedRow = {
  row: string
  column: string | null
  kind: string
  reason: string
  attempts: number
  total: number // rows that failed
  place: number // of this one among them
  before: string | null
  next: string | null
  questions: FailedQuestion[]
  entry: Clip // of rejects.jsonl
}

/** A question that was put to a model, as it was sent. */
export type FailedQuestion = {
  reply_key: string
  alias: string
  model: string
  provider: string
  endpoint: string
  parameters: string
  same_messages: number // so many at the beginning are those of the question before
  messages: { role: string; text: Clip }[]
  calls: { at: string; reply: Clip | null; reasoning: Clip | null; ended: string | null; error: string | null; body: Clip | null }[]
}

/** A row of a run, cell by cell. */
export type RunRow = { index: number; total: number; trace_id: string | null; cells: RunCell[] }

/** A cell: its value as text, the scores of a judge, and how many pictures it holds. */
export type RunCell = { column: string; type: string | null; text: Clip; scores: RunScore[]; pictures: number } // type null: given by the seed

/** What a judge said, and of what. `stands`: the quote is in the message, or in another one where `message` says. */
export type RunScore = {
  name: string
  score: string
  reasoning: string
  evidence: {
    message: number | null // null: it is no message of a session
    quote: string
    stands: boolean
    turn: { role: string; before: string; words: string; after: string } | null // around the quotation, where it stands
  }[]
}

/** Rows of a run in a table: values by their beginnings. */
export type RunRows = { columns: string[]; total: number; offset: number; rows: string[][] }

/** An export: its report, and what is in its files. */
export type ExportPage = {
  report: JsonObject
  files: { name: string; split: string; rows: number; bytes: number }[]
}

/** Rows of an export. */
export type ExportRows = { total: number; offset: number; rows: ExportRow[] }

/** A row of an export, and what of it is trained. */
export type ExportRow = {
  json: Clip
  trace_id: string | null
  messages: { role: string; text: Clip; trained: boolean }[] | null // to the message; null: the manifest does not tell
  tokens: {
    total: number
    trained: number
    spans: [from: number, to: number][]
    pieces: { trained: boolean; text: string; left_out: number }[] | null // their text; null: the export does not have it
  } | null // to the token, where the row holds tokens
}

/** How an export differs from another one: rows by what was done to them and why, the commonest first, and the first of these rows. */
export type ExportChanges = {
  same: number
  causes: { change: keyof Changed; cause: string; rows: number }[]
  rows: ExportDiff['rows']
}

type Changed = Pick<ExportDiff, 'added' | 'removed' | 'changed'>
