import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { trialPlace } from './trial-folder.ts'

/** The piece of a session that a file name says it holds: 'cont-2', 'summarization-1-summary'. */
export type Segment = { name: string; kind: 'continuation' | 'summarization'; number: number; stem: string }

/** Segment of a file by its name; null for a session's first or only file. */
export function segmentOf(file: string): Segment | null {
  const found = /^(.*)\.((?:cont-(\d+))|(?:summarization-(\d+)-[\w-]+))\.json$/.exec(posix.basename(file))
  if (found === null) return null
  const [, stem, name, continuation, summarization] = found
  const number = Number(continuation ?? summarization)
  return { name: name!, kind: continuation === undefined ? 'summarization' : 'continuation', number, stem: stem! }
}

/** Row id of a document: its own id, else its session's and the segment or the trial's step that the file holds, else its content's. */
export function traceIdOf(head: JsonObject, file: string, digest: string): string {
  const session = stringOrNull(head['session_id'])
  const segment = segmentOf(file)
  const inSession = session === null || segment === null || session.endsWith(segment.name) ? session : `${session}-${segment.name}`
  const step = trialPlace(file).step
  const inStep = inSession === null || step === null ? inSession : `${inSession}/${step}`
  return stringOrNull(head['trajectory_id']) ?? inStep ?? `atif-${digest.slice(0, 16)}`
}

/** Session a document says it was started from: recorded, or written into its own session id. */
export function parentSessionOf(head: JsonObject): string | null {
  const agent = isObject(head['agent']) ? head['agent'] : {}
  const recorded = isObject(agent['extra']) ? stringOrNull(agent['extra']['parent_session_id']) : null
  return recorded ?? /^(.+?)-(?:cont-\d+|summarization-\d+-[\w-]+)$/.exec(String(head['session_id'] ?? ''))?.[1] ?? null
}
