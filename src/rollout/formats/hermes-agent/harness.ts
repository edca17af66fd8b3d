import { writeJson } from '../../../json/exact.ts'
import type { JsonObject } from '../../../json/json.ts'
import { harnessWordsOf } from '../../conversation/harness-words.ts'
import type { Origin } from '../../conversation/row.ts'
import { contentOf, isSet, openingOf } from './entry.ts'

/** Whose words a message holds, and where that is not who its role says, how it was recognised. */
export type Authorship = { origin: Origin; harness: string | null; note?: string }

/** Flags on turns that Hermes itself wrote to keep a run going. */
const FLAGS = [
  '_empty_recovery_synthetic',
  '_empty_terminal_sentinel',
  '_thinking_prefill',
  '_verification_stop_synthetic',
  '_pre_verify_synthetic',
  '_kanban_stop_synthetic',
  '_dropped_toolcall_nudge',
  '_length_continuation_nudge',
  'mirror',
] as const

/** Values of `display_kind` that mark text for the model which nobody typed. */
const HIDDEN_KINDS = new Set(['hidden', 'auto_continue', 'model_switch', 'internal_notification'])

/** What Hermes puts in place of a reply, or in front of what is left of it, where a person broke in. */
const CUT_REPLY = '[This response was interrupted by a user correction.]'

/** Notes that Hermes puts before what a person typed. */
const NOTE =
  /^\[(?:System note: [\s\S]*?|Note: model was just switched[^\]\n]*|Context from the interrupted assistant response)\]\s*\n(?=\s*\S)/

/** Tell who wrote a user's or an assistant's message. */
export function authorOf(record: JsonObject): Authorship {
  const role = record['role']
  const origin = role === 'assistant' ? 'model' : 'human'
  const flag = FLAGS.find(name => isSet(record[name]))
  if (flag !== undefined) return { origin: 'harness', harness: flag.replace(/^_/, '') }
  if (isSummary(record)) return { origin: 'harness', harness: 'compaction' }
  const kind = record['display_kind']
  if (typeof kind === 'string' && HIDDEN_KINDS.has(kind)) return { origin: 'harness', harness: kind }
  const opening = openingOf(record).trimStart()
  if (role === 'assistant' && opening.startsWith(CUT_REPLY)) return { origin: 'harness', harness: 'interruption' }
  if (role !== 'user') return { origin, harness: null }
  // A note may stand before what a person typed: then the turn is the person's.
  const note = NOTE.exec(opening)
  if (note !== null) return { origin, harness: null, note: note[0].trim() }
  if (opening.startsWith('[System note: ')) return { origin: 'harness', harness: 'system_note' }
  return harnessWordsOf(opening) ?? { origin, harness: null }
}

/** Whether a reply is not what the model wrote to its end: a person or an error cut it, or Hermes put other words in its place. */
export function isCutReply(record: JsonObject): boolean {
  if (/^(interrupted|cancell?ed|aborted|error|user_correction)$/.test(String(record['finish_reason'] ?? ''))) return true
  const sent = record['api_content'] ?? null
  return sent !== null && sent !== '' && writeJson(contentOf({ content: sent })) !== writeJson(contentOf(record))
}

/** Whether a message is a summary that stands for turns before it. */
export function isSummary(record: JsonObject): boolean {
  return isSet(record['_compressed_summary']) || /^\s*\[CONTEXT (COMPACTION|SUMMARY\]:)/.test(openingOf(record))
}
