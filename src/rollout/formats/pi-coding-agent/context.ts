import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Boundary } from '../../conversation/row.ts'
import { type Entry, messageIn } from './entry.ts'

/** One message to be said, and the entry it comes from. */
export type Step = {
  entry: Entry
  message: JsonObject // with a role of Pi's own
  cut: Boundary | null // the conversation is cut before it
  edit: Entry | null // a later entry that took it out of what the model sees, or changed it
}

/** Everything on a path, with compactions where they happened. */
export function recordedSteps(path: readonly Entry[]): Step[] {
  const edits = editsOf(path)
  const steps: Step[] = []
  let cut: Boundary | null = null
  for (const entry of path) {
    if (entry.type === 'reset_boundary') cut = 'clear'
    for (const step of stepsOf(entry, edits)) {
      steps.push({ ...step, cut: step.cut ?? cut })
      cut = null
    }
  }
  return steps
}

/**
 * What Pi's session manager makes of a path for the next request: the last compaction's checkpoint and summary, what it kept, what
 * followed, all with edits applied; without attempts that failed or were broken off.
 */
export function sentSteps(path: readonly Entry[]): Step[] {
  const edits = editsOf(path)
  const prompts = path.filter(({ type }) => type === 'session_init').flatMap(entry => stepsOf(entry, edits))
  const start = path.findLastIndex(({ type }) => type === 'reset_boundary') + 1
  const at = path.findLastIndex(({ type }) => type === 'compaction')
  const rest = path.slice(Math.max(start, at + 1))
  const compacted = at < start ? [] : compactedSteps(path.slice(start, at), path[at]!, edits)
  const after = rest.filter(({ type }) => type !== 'session_init').flatMap(entry => stepsOf(entry, edits))
  return [...prompts, ...compacted, ...after].flatMap(applyEdit).filter(({ message }) => !isBrokenOff(message))
}

function compactedSteps(before: readonly Entry[], compaction: Entry, edits: Edits): Step[] {
  const { systemMessage, retainedTail } = compaction.record
  const checkpoint: JsonObject | null = isObject(systemMessage) ? { ...systemMessage, role: 'system' } : null
  const kept = keptEntries(before, compaction)
    .filter(({ type }) => type !== 'compaction' && type !== 'session_init')
    .flatMap(entry => stepsOf(entry, edits))
    .filter(({ message }) => checkpoint === null || message['role'] !== 'system')
  const tail = Array.isArray(retainedTail) ? retainedTail.filter(isObject).map(message => plainStep(compaction, message)) : kept
  const summary = stepsOf(compaction, edits)
  return checkpoint === null ? [...summary, ...tail] : [plainStep(compaction, checkpoint), ...summary, ...tail]
}

/** What a compaction kept of the entries before it. The first generation counted lines, the header included. */
function keptEntries(before: readonly Entry[], { record }: Entry): readonly Entry[] {
  const { firstKeptEntryId, firstKeptEntryIndex } = record
  const first =
    typeof firstKeptEntryId === 'string'
      ? before.findIndex(({ id }) => id === firstKeptEntryId)
      : (numberOrNull(firstKeptEntryIndex) ?? 0) > 0
        ? before.findIndex(({ position }) => position >= Number(firstKeptEntryIndex))
        : -1
  return first < 0 ? [] : before.slice(first)
}

function stepsOf(entry: Entry, edits: Edits): Step[] {
  const message = messageOf(entry)
  if (message === null) return []
  return [{ entry, message, cut: entry.type === 'compaction' ? 'compaction' : null, edit: edits.get(entry.id) ?? null }]
}

/** The message an entry stands for, or null. Plain `custom` entries are an extension's state and stand for none. */
function messageOf({ type, record }: Entry): JsonObject | null {
  switch (type) {
    case 'message':
      return messageIn(record)
    case 'custom_message':
      return { ...record, role: 'custom' }
    case 'compaction':
      return typeof record['summary'] === 'string' ? { ...record, role: 'compactionSummary' } : null
    case 'branch_summary':
      return stringOrNull(record['summary']) === null ? null : { ...record, role: 'branchSummary' }
    case 'session_init':
      return promptOf(record)
    default:
      return null
  }
}

function promptOf({ systemPrompt, tools }: JsonObject): JsonObject | null {
  const pieces = Array.isArray(systemPrompt) ? systemPrompt.filter(piece => typeof piece === 'string') : [systemPrompt]
  const content = pieces.filter(piece => typeof piece === 'string' && piece !== '').join('\n\n')
  const toolsAdded = Array.isArray(tools) ? tools.filter(isObject) : []
  return content === '' && toolsAdded.length === 0 ? null : { role: 'system', content, toolsAdded }
}

type Edits = ReadonlyMap<string, Entry>

/** The last edit of each entry. */
function editsOf(path: readonly Entry[]): Edits {
  const edits = new Map<string, Entry>()
  for (const entry of path)
    if (entry.type === 'context_edit' && typeof entry.record['targetId'] === 'string') edits.set(entry.record['targetId'], entry)
  return edits
}

function applyEdit(step: Step): Step[] {
  if (step.edit === null) return [step]
  const { replacement } = step.edit.record
  if (replacement === null) return []
  const content = isObject(replacement) ? replacement['content'] : replacement
  return [content === undefined ? step : { ...step, message: { ...step.message, content } }]
}

/** Pi leaves out turns that ended in an error or were stopped when it builds a request. */
function isBrokenOff({ role, stopReason }: JsonObject): boolean {
  return role === 'assistant' && (stopReason === 'error' || stopReason === 'aborted')
}

function plainStep(entry: Entry, message: JsonObject): Step {
  return { entry, message, cut: null, edit: null }
}
