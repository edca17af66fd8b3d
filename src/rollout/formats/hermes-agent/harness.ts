import type { JsonObject } from '../../../json/json.ts'
import type { Origin } from '../../conversation/row.ts'
import { isSet, openingOf } from './entry.ts'

/** Flags on turns that Hermes itself wrote to keep a run going. */
const FLAGS = [
  '_empty_recovery_synthetic',
  '_empty_terminal_sentinel',
  '_thinking_prefill',
  '_verification_stop_synthetic',
  '_pre_verify_synthetic',
  '_kanban_stop_synthetic',
  '_dropped_toolcall_nudge',
  'mirror',
] as const

/** Values of `display_kind` that mark text for the model which nobody typed. */
const HIDDEN_KINDS = new Set(['hidden', 'auto_continue', 'model_switch', 'internal_notification'])

/** How texts begin that Hermes wrote in the user's name. */
const OPENINGS: readonly [start: string, name: string][] = [
  ['[SYSTEM: You are running as a scheduled cron job', 'cron'],
  ['[SYSTEM: ', 'system'],
  ['[System: ', 'system'],
  ['[IMPORTANT: You are running as a scheduled cron job', 'cron'],
  ['[IMPORTANT: Background process', 'background_process'],
  ['[Note: model was just switched', 'model_switch'],
  ['[PRIOR CONTEXT', 'prior_context'],
  ['[ASYNC DELEGATION', 'async_delegation'],
  ['[Your active task list was preserved', 'task_list'],
  ['[Continuing toward your standing goal', 'goal'],
  ['Review the conversation above and ', 'review'],
  ['You just executed tool calls but returned an empty response', 'empty_recovery'],
]

/** Whose words a message holds, and where that is not who its role says, how it was recognised. */
export type Authorship = { origin: Origin; harness: string | null; note?: string }

/** Tell who wrote a user's or an assistant's message. */
export function authorOf(record: JsonObject): Authorship {
  const role = record['role']
  const origin = role === 'assistant' ? 'model' : 'human'
  const flag = FLAGS.find(name => isSet(record[name]))
  if (flag !== undefined) return { origin: 'harness', harness: flag.replace(/^_/, '') }
  if (isSummary(record)) return { origin: 'harness', harness: 'compaction' }
  const kind = record['display_kind']
  if (typeof kind === 'string' && HIDDEN_KINDS.has(kind)) return { origin: 'harness', harness: kind }
  if (role !== 'user') return { origin, harness: null }
  const opening = openingOf(record).trimStart()
  const known = OPENINGS.find(([start]) => opening.startsWith(start))
  if (known !== undefined) return { origin: 'harness', harness: known[1] }
  if (!opening.startsWith('[System note: ')) return { origin, harness: null }
  // A note may stand before what a person typed: then the turn is the person's.
  const typed = /^\[System note: [\s\S]*?\]\s*\n\n(?=\s*\S)/.exec(opening)
  return typed === null ? { origin: 'harness', harness: 'system_note' } : { origin, harness: null, note: typed[0].trim() }
}

/** Whether a message is a summary that stands for turns before it. */
export function isSummary(record: JsonObject): boolean {
  return isSet(record['_compressed_summary']) || /^\s*\[CONTEXT (COMPACTION|SUMMARY\]:)/.test(openingOf(record))
}
