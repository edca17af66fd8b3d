import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { harnessWordsOf } from '../../conversation/harness-words.ts'
import type { Origin } from '../../conversation/row.ts'

/** Whose words a message with role user holds, and what the harness put it in as. */
export type Voice = { origin: Origin; harness: string | null }

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
  return harnessWordsOf(text) ?? { origin: byDefault, harness: byDefault === 'harness' ? 'cron' : null }
}
