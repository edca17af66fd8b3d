import type { Block, Origin } from '../../conversation/row.ts'

/** Beginnings of texts that Codex puts into the user's mouth, and who is speaking. */
const INJECTED: readonly (readonly [RegExp, Origin, string])[] = [
  [/^<environment_context>/, 'harness', 'environment_context'],
  [/^<user_instructions>/, 'harness', 'user_instructions'],
  [/^# AGENTS\.md instructions/, 'harness', 'agents_md'],
  [/^<INSTRUCTIONS>/, 'harness', 'instructions'],
  [/^<permissions instructions>/, 'harness', 'permissions'],
  [/^<turn_aborted>/, 'harness', 'turn_aborted'],
  [/^<subagent_notification>/, 'agent', 'subagent_notification'],
  [/^<skills?(?:_instructions)?>/, 'harness', 'skill'],
  [/^<recommended_plugins>/, 'harness', 'recommended_plugins'],
  [/^<hook_prompt\b/, 'hook', 'hook_prompt'],
  [/^<codex_internal_context\b/, 'harness', 'codex_internal_context'],
  [/^<user_shell_command>/, 'harness', 'user_shell_command'],
  [/^<user_action>/, 'harness', 'user_action'],
  [
    /^<(?:collaboration_mode|apps_instructions|plugins_instructions|personality_spec|model_switch|realtime_conversation)>/,
    'harness',
    'instructions',
  ],
  [/^Another language model started to solve this problem and produced a summary/, 'harness', 'compaction_summary'],
  [/^Warning: (?:apply_patch was requested via|The maximum number of unified exec|Your account was flagged)/, 'harness', 'warning'],
]

/** Whose words a message in the user role holds, and what they were recognised as. */
export type Voice = { origin: Origin; harness: string | null }

/**
 * Judge a message in the user role. What the record says of its blocks counts first, then that the client reported this very text as
 * typed, then how the text begins. A message of which one block is a person's is that person's.
 */
export function voiceOf(content: readonly Block[], kinds: readonly string[] | null, isReportedAsTyped: (text: string) => boolean): Voice {
  const known = kinds?.filter(kind => kind !== 'unknown') ?? []
  if (known.some(kind => kind.startsWith('user.'))) return { origin: 'human', harness: null }
  if (known.length > 0 && known.length === kinds?.length)
    return { origin: known.every(kind => kind.startsWith('hook')) ? 'hook' : 'harness', harness: [...new Set(known)].join(' ') }
  const texts = content.flatMap(block => (typeof block['text'] === 'string' ? [block['text']] : []))
  if (texts.some(isReportedAsTyped)) return { origin: 'human', harness: null }
  const found = texts.map(text => INJECTED.find(([pattern]) => pattern.test(text.trimStart())))
  const first = found[0]
  if (first === undefined || found.includes(undefined)) return { origin: 'human', harness: null }
  return { origin: first[1], harness: [...new Set(found.map(rule => rule![2]))].join(' ') }
}
