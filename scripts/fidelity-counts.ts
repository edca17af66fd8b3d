// What one way of reading a folder of logs gives, in numbers.

import type { Message, RolloutRow } from '../src/rollout/conversation/row.ts'
import type { FormatName } from '../src/rollout/known-formats.ts'
import { openRollouts, type Rollouts } from '../src/rollout/read.ts'

/** Counts over all rows of a folder; the faithful mode's ledger and labels are null where they are not told. */
export type Counts = {
  files: number
  bytes: number
  filesWithoutRow: number // passed over, rejected, or without a message
  rows: number
  emptyRows: number
  sidechains: number
  linked: number // rows that name their parent
  branchless: number // rows without a git branch
  messages: number
  adjacent: number // assistant messages right after another one, nothing said to stand between
  boundaries: number | null // messages before which the conversation is said to be cut
  calls: number
  strayCalls: number // calls whose result is in the row, but not right behind them
  doubledReasoning: number
  reasoning: number // messages with reasoning
  userMessages: number
  labelled: number | null // user messages that no person wrote
  models: number // rows that name a model
  usages: number // rows that name tokens
  errors: number | null // tool results marked as failures
  buckets: { replay: number; abandoned: number; unparsed: number } | null
  recovered: number | null // records read from files of which a part could not be
  arguments: Map<string, string> // per call, its arguments
}

/** Read a folder and count. Folders that begin with `_` hold no logs of anybody and are left out. */
export async function countRows(format: FormatName, path: string, compat: 'data_designer' | null): Promise<Counts> {
  const rollouts = await openRollouts({ format, path, compat })
  const counts = emptyCounts(compat !== null)
  const files = new Set<string>()
  for (const ref of rollouts.units) {
    if (ref.unit.key.startsWith('_')) continue
    for (const file of ref.unit.files) addFile(counts, files, ref.source.absolute(file), ref.source.facts(file)?.size ?? 0)
    const { outcomes, ledger } = await rollouts.read(ref)
    const rows = outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))
    for (const row of rows) countRow(counts, row)
    if (rows.length === 0) counts.filesWithoutRow++
    if (counts.buckets === null) continue
    const unparsed = Object.values(ledger.buckets.unparsed).reduce((a, b) => a + b, 0)
    counts.buckets.replay += ledger.buckets.replay
    counts.buckets.abandoned += ledger.buckets.abandoned
    counts.buckets.unparsed += unparsed
    if (unparsed > 0 && rows.length > 0) counts.recovered! += ledger.records - unparsed
  }
  addSkipped(counts, rollouts)
  rollouts.close()
  return counts
}

function emptyCounts(isCompat: boolean): Counts {
  const told = isCompat ? null : 0
  return {
    ...{ files: 0, bytes: 0, filesWithoutRow: 0, rows: 0, emptyRows: 0, sidechains: 0, linked: 0, branchless: 0 },
    ...{ messages: 0, adjacent: 0, boundaries: told, calls: 0, strayCalls: 0, doubledReasoning: 0, reasoning: 0 },
    ...{ userMessages: 0, labelled: told, models: 0, usages: 0, errors: told, recovered: told },
    buckets: isCompat ? null : { replay: 0, abandoned: 0, unparsed: 0 },
    arguments: new Map(),
  }
}

function addFile(counts: Counts, seen: Set<string>, path: string, size: number): void {
  if (seen.has(path)) return
  seen.add(path)
  counts.files++
  counts.bytes += size
}

function addSkipped(counts: Counts, { skipped }: Rollouts): void {
  const passedOver = skipped.filter(({ path }) => !path.startsWith('_')).length
  counts.files += passedOver
  counts.filesWithoutRow += passedOver
}

function countRow(counts: Counts, row: RolloutRow): void {
  counts.rows++
  if (row.messages.length === 0) counts.emptyRows++
  if (row.is_sidechain) counts.sidechains++
  if (row.parent_trace_id) counts.linked++
  if (row.git_branch === null) counts.branchless++
  if (row.models?.length) counts.models++
  if (row.usage) counts.usages++
  for (const [i, message] of row.messages.entries()) countMessage(counts, row, message, i)
}

function countMessage(counts: Counts, row: RolloutRow, message: Message, i: number): void {
  const meta = row.message_meta?.[i]
  counts.messages++
  if (meta?.boundary) counts.boundaries!++
  if (meta?.is_error) counts.errors!++
  if (message.role === 'user') counts.userMessages++
  if (message.role === 'user' && meta && meta.origin !== 'human') counts.labelled!++
  if (message.role !== 'assistant') return
  if (row.messages[i - 1]?.role === 'assistant' && !meta?.boundary) counts.adjacent++
  if (message.reasoning_content) counts.reasoning++
  if (isDoubled(message.reasoning_content ?? '')) counts.doubledReasoning++
  const answered = new Set(row.messages.flatMap(({ tool_call_id }) => tool_call_id ?? []))
  const right = new Set<string>()
  for (let at = i + 1; row.messages[at]?.role === 'tool'; at++) right.add(row.messages[at]!.tool_call_id ?? '')
  for (const call of message.tool_calls ?? []) {
    counts.calls++
    counts.arguments.set(`${row.source_path} ${call.id}`, call.function.arguments)
    if (answered.has(call.id) && !right.has(call.id)) counts.strayCalls++
  }
}

/** Whether a thought is written down twice. */
function isDoubled(reasoning: string): boolean {
  const thoughts = reasoning.split(/\n{2,}/).map(thought => thought.trim())
  return thoughts.some((thought, i) => thought.length > 20 && thoughts.indexOf(thought) < i)
}
