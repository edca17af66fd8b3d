import { isNumber, isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Bucket } from '../../log/ledger.ts'
import { readContent } from './content.ts'
import type { Compaction, Failure, UserSaid } from './entry.ts'
import { whose } from './whose.ts'

/** What a system record is good for: it says something, or it is settled at once. */
export type SystemRead = { said: UserSaid | Compaction | Failure } | { bucket: Bucket; reason: string }

/** Subtypes that tell of the session and were not shown to the model. */
const ASIDE = new Set(
  `init status hook_started hook_progress hook_response api_retry task_started task_progress task_notification
  agents_killed api_error api_metrics away_summary bridge_status error informational memory_saved permission_retry
  scheduled_task_fire session_start stop_hook_summary thinking turn_duration`.split(/\s+/),
)

/** Read a system record; null where its subtype is not known. */
export function readSystem(record: JsonObject): SystemRead | null {
  const subtype = stringOrNull(record['subtype'])
  // Versions 1.0.x write the status line of a hook, or a notice, as a system record without a subtype.
  if (subtype === null) return { bucket: 'noise', reason: 'status line' }
  if (subtype === 'compact_boundary') return { said: readBoundary(record) }
  if (subtype === 'microcompact_boundary') return { bucket: 'metadata', reason: 'old tool results left the context' }
  if (subtype === 'local_command') return readLocalCommand(record)
  if (subtype === 'api_refusal' || subtype === 'model_refusal_fallback') {
    const detail: JsonObject = { subtype }
    for (const key of ['apiRefusalCategory', 'apiRefusalExplanation', 'originalModel', 'fallbackModel', 'refusedUserMessageUuid'] as const)
      if (record[key] !== undefined && record[key] !== null) detail[key] = record[key]
    return { said: { kind: 'failure', detail, retracted: strings(record['retractedMessageUuids']) } }
  }
  return ASIDE.has(subtype) ? { bucket: 'metadata', reason: subtype } : null
}

function readLocalCommand(record: JsonObject): SystemRead {
  const { blocks } = readContent(record['content'])
  if (blocks.length === 0) return { bucket: 'metadata', reason: 'local_command' }
  const { content, origin, extra } = whose(record, blocks)
  return {
    said: { kind: 'user', content, results: [], origin, prompt: false, queued: false, boundary: null, extra },
  }
}

function readBoundary(record: JsonObject): Compaction {
  const detail = metadataOf(record)
  const segment = isObject(detail['preservedSegment']) ? detail['preservedSegment'] : {}
  const messages = isObject(detail['preservedMessages']) ? detail['preservedMessages'] : {}
  const anchor = stringOrNull(segment['anchorUuid']) ?? stringOrNull(messages['anchorUuid'])
  const kept = strings(messages['allUuids'])
  return {
    kind: 'compaction',
    head: stringOrNull(segment['headUuid']),
    tail: stringOrNull(segment['tailUuid']),
    kept: kept.length > 0 ? kept : strings(messages['uuids']),
    before: anchor !== null && anchor === record['uuid'],
    detail: Object.fromEntries(Object.entries(detail).filter(([, value]) => typeof value === 'string' || isNumber(value))) as JsonObject,
  }
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

function metadataOf(record: JsonObject): JsonObject {
  const metadata = record['compactMetadata'] ?? record['compact_metadata'] ?? null
  return isObject(metadata) ? metadata : {}
}
