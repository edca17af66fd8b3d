import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Origin } from '../../conversation/row.ts'

/** Whose words a message with role user holds, and what the harness put it in as. */
export type Voice = { origin: Origin; harness: string | null }

/** Whole prompts that OpenClaw writes in the user's place, by how they begin, and who is speaking. */
const PROMPTS: readonly (readonly [RegExp, Origin, string])[] = [
  [/^\[cron:[\w.-]+(?: [^\]\n]*)?\]/, 'harness', 'cron'],
  [/^Read HEARTBEAT\.md if it exists\b/, 'harness', 'heartbeat'],
  [/^\[OpenClaw heartbeat(?: poll)?\]/, 'harness', 'heartbeat'],
  [
    /^(?:<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>|OpenClaw runtime context\b)[\s\S]*\[Internal task completion event\]/,
    'agent',
    'announcement',
  ],
  [/^\[Internal task completion event\]/, 'agent', 'announcement'],
  [/^(?:<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>|OpenClaw runtime context\b)/, 'harness', 'runtime_context'],
  [
    /^(?:\[System Message\] )?(?:\[sessionId: [^\]]*\] )?A (?:subagent|background|cron)[\w ]* (?:task|job) ["“][^\n]* (?:just )?(?:completed|finished|failed|timed out)/,
    'agent',
    'announcement',
  ],
  [/^\[Subagent (?:Context|Task)\]/, 'agent', 'subagent_task'],
  [/^Agent-to-agent (?:message context|reply step|announce step)\b/, 'agent', 'agent_message'],
  [/^A new session was started via \/new or \/reset\./, 'harness', 'session_start'],
  [/^Pre-compaction memory flush\b/, 'harness', 'memory_flush'],
  [/^Continue where you left off\. The previous model attempt failed or timed out\.$/, 'harness', 'retry'],
  [/^SECURITY NOTICE: The following content is from an EXTERNAL, UNTRUSTED source/, 'hook', 'external_content'],
  [/^(?:System: \[[^\]\n]*\] [^\n]*(?:\n|$)\s*)+$/, 'harness', 'system_event'],
]

/** Kinds of provenance that OpenClaw records. */
const PROVENANCE: ReadonlyMap<string, Origin> = new Map([
  ['external_user', 'human'],
  ['inter_session', 'agent'],
  ['internal_system', 'harness'],
])

/**
 * Judge a message with role user. What its record says counts first, then how its text begins, then who speaks in this session where
 * nothing else is known. `text`: of all its blocks.
 */
export function voiceOf(message: JsonObject, text: string, byDefault: Origin): Voice {
  if (isObject(message['runtimeContext'])) return { origin: 'harness', harness: 'runtime_context' }
  const provenance = isObject(message['provenance']) ? message['provenance'] : {}
  const kind = stringOrNull(provenance['kind']) ?? ''
  const origin = PROVENANCE.get(kind)
  if (origin === 'human') return { origin, harness: null }
  if (origin !== undefined) return { origin, harness: stringOrNull(provenance['sourceTool']) ?? kind }
  if (message['synthetic'] === true) return { origin: 'harness', harness: 'synthetic' }
  if (message['attribution'] === 'agent') return { origin: 'agent', harness: null }
  const prompt = PROMPTS.find(([pattern]) => pattern.test(text.trimStart()))
  if (prompt !== undefined) return { origin: prompt[1], harness: prompt[2] }
  return { origin: byDefault, harness: byDefault === 'harness' ? 'cron' : null }
}
