import type { CostReport } from '../cost/cost-table.ts'
import type { Agreement } from '../labels/agreement.ts'
import type { Label } from '../labels/label.ts'
import type { DeclaredName } from '../labels/label-names.ts'
import type { SearchResult } from '../search/search-store.ts'
import type { MarkdownNode } from '../view/markdown-tree.ts'
import type { DiffLine } from '../view/tool-diff.ts'
import type { Clip, Count } from './api-parts.ts'

export type * from './api-parts.ts'
export type * from './api-runs.ts'

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
  | { kind: 'prompt'; text: Clip; asked: string | null; pictures: Picture[] }
  | { kind: 'reasoning'; text: Clip; pictures: Picture[] }
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
export type { CostReport, DeclaredName, MarkdownNode, SearchResult }
