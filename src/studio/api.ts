import type { CostReport } from '../cost/cost-table.ts'
import type { RunManifest } from '../dataset/run/manifest.ts'
import type { RunLife } from '../dataset/run/run-life.ts'
import type { JsonObject } from '../json/json.ts'
import type { Agreement } from '../labels/agreement.ts'
import type { Label } from '../labels/label.ts'
import type { BillSummary } from '../pipeline/bill.ts'
import type { SearchResult } from '../search/search-store.ts'
import type { ExportDiff } from '../training/diff.ts'
import type { MarkdownNode } from '../view/markdown-tree.ts'
import type { DiffLine } from '../view/tool-diff.ts'

/*
 * What server and pages of the studio say to each other: types, and nothing else. Texts of logs are made visible before they are sent,
 * and are text wherever they are shown.
 */

/** Every answer: what was asked for, or what went wrong and what to do. */
export type Answer<T> = { data: T } | { error: { message: string; hint: string | null } }

/** Something the studio shows: a store, other rows, a run or an export. */
export type Source = {
  id: string
  name: string
  kind: 'store' | 'rows' | 'run' | 'export'
  path: string
  version: string // another one when it has changed
  labels_version: string // another one when something was said of it
  updated_at: string | null
}

/** All of them, and what may be done. */
export type Sources = { sources: Source[]; version: string; read_only: boolean }

/** A session in a list. */
export type SessionLine = {
  number: number
  trace_id: string
  agent: string | null
  project: string | null
  git_branch: string | null
  models: string[]
  started_at: string | null
  status: string | null
  relation: string | null
  parent_trace_id: string | null
  messages: number
  prompts: number
  calls: number
  failures: number
  corrections: number
  children: number
  tokens: number
  usd: number | null // null: of nothing in it is it known
  unpriced_tokens: number
  first_prompt: string | null
  final_message: string | null
  label: string | null // accept, reject, disputed
  tags: string[]
}

/** How many sessions have a value. */
export type Count = { value: string | null; count: number }

/** What sessions can be chosen by. */
export type Facet = 'agent' | 'project' | 'model' | 'status' | 'label'

/** A part of a list of sessions. `without`: where there is none, how many there were without each of the selectors. */
export type SessionList = {
  version: string
  total: number
  offset: number
  lines: SessionLine[]
  facets: { [facet in Facet]: Count[] }
  without: { name: string; count: number }[]
}

/** What a store holds, in numbers. */
export type Overview = {
  sessions: number
  messages: number
  failed: number
  corrected: number
  tokens: number
  cached_tokens: number
  usd: number | null
  unpriced_tokens: number
  weeks: { week: string; agents: { [agent: string]: number }; usd: { [model: string]: number } }[]
  agents: Count[]
  models: { model: string; usd: number | null; tokens: number }[]
  projects: Count[]
  statuses: Count[]
  tools: { name: string; calls: number; failed: number; sessions: number }[]
}

/**
 * The beginning of a text; `lines` and `characters` are those that are left out. `colours`: what a terminal was told, from which character
 * on, as classes of the page.
 */
export type Clip = { text: string; colours?: [from: number, classes: string][]; lines: number; characters: number }

/** A picture: where its bytes are; null for one that is not shown. */
export type Picture = { url: string | null; characters: number }

/** What a call gave, or a result without a call. */
export type ResultCard = { message: number; at: string | null; failed: boolean; place: string | null; text: Clip; pictures: Picture[] }

/** A session within another, to be opened. */
export type ChildCard = {
  trace_id: string
  relation: string
  title: string
  answer: string | null
  models: string[]
  calls: number
  failures: number
  messages: number
}

/** A piece of a session. */
export type PageItem = {
  index: number
  message: number
  at: string | null
  whose: string
  trained: boolean
  replay: boolean
  place: string | null
} & (
  | { kind: 'prompt' | 'reasoning'; text: Clip; pictures: Picture[] }
  | { kind: 'answer'; text: Clip; tree: MarkdownNode[]; pictures: Picture[] }
  | { kind: 'note'; label: string; text: Clip; pictures: Picture[] }
  | {
      kind: 'call'
      name: string
      brief: string
      outcome: string
      arguments: Clip | null
      diffs: { path: string | null; lines: DiffLine[]; left_out: number }[]
      result: ResultCard | null
      children: ChildCard[]
    }
  | { kind: 'result'; name: string; result: ResultCard }
  | { kind: 'boundary'; boundary: string }
  | { kind: 'child'; child: ChildCard }
)

/** A session, or a part of its items. */
export type SessionPage = {
  version: string
  trace_id: string
  title: string
  heading: [name: string, value: string][]
  line: SessionLine
  total: number // items
  from: number // of the first of these items
  items: PageItem[]
  paths: { trace_id: string; relation: string; title: string; current: boolean }[] // this one, and those that left it or that it left
  siblings: string[] // agents of the same parent, in order
  above: { trace_id: string; title: string }[] // outermost first
}

/** A text that was shown by its beginning. */
export type WholeText = { text: string; colours?: [from: number, classes: string][]; tree: MarkdownNode[] | null; left_out: number }

/** Items in which words are, and how often in all. */
export type FoundItems = { items: number[]; places: number }

/** What somebody said of a session, or of a message of it. */
export type SaidLabel = { at: string; by: string; trace_id: string; message: number | null; name: string; value: string }

/** What is said of sessions, or of a message. */
export type LabelRequest = { sessions: string[]; message: number | null; labels: Label[]; undo?: boolean; by?: string | null }

/** What was said in all: names with their values, people, and how far they agree. */
export type LabelSummary = {
  labels: number
  sessions: number
  names: { name: string; values: { value: string; count: number; by: Count[] }[] }[]
  raters: Count[]
  agreement: Agreement[]
  by: string // who labels, unless told
}

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

/** A cell: its value as text, and the scores of a judge. */
export type RunCell = { column: string; type: string | null; text: Clip; scores: RunScore[] } // type null: given by the seed

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

/** Rows of an export, as text. */
export type ExportRows = { total: number; offset: number; rows: Clip[] }

/** How an export differs from another one: rows by what was done to them and why, the commonest first, and the first of these rows. */
export type ExportChanges = {
  same: number
  causes: { change: keyof Changed; cause: string; rows: number }[]
  rows: ExportDiff['rows']
}

type Changed = Pick<ExportDiff, 'added' | 'removed' | 'changed'>

/** A call, as far as it is compared. */
export type ComparedCall = { message: number; name: string; brief: string; failed: boolean }

/** Calls of sessions beside each other; null where one has no such call. `parted`: the first row that is not the same in all. */
export type Comparison = {
  sessions: SessionLine[]
  rows: { calls: (ComparedCall | null)[]; same: boolean }[]
  left_out: number
  parted: number | null
}

/** What search and bills give is what the command line gives. */
export type { CostReport, MarkdownNode, SearchResult }
