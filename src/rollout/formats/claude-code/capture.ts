import { isObject, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Message, RolloutOutcome } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'
import { isSessionId, type LogFile } from './files.ts'

/** The name under which Harbor keeps the output of `claude -p --output-format stream-json`; others redirect it to a `.jsonl`. */
export const CAPTURE = 'claude-code.txt'

/** How a run ended whose output was captured, as its last record says; `detail` without the answer, which stands in the row. */
export type CaptureEnd = { failed: boolean; cost: number | null; detail: JsonObject }

/** Read the record that ends a captured run. */
export function captureEnd(record: JsonObject): CaptureEnd {
  const { type: _, result: __, session_id: ___, uuid: ____, ...detail } = record
  const subtype = stringOrNull(record['subtype'])
  const failed = record['is_error'] === true || subtype?.startsWith('error') === true
  return { failed, cost: numberOrNull(record['total_cost_usd']), detail }
}

/** The outcome, with what the end of a captured run says of it. */
export function endedAs(outcome: RolloutOutcome, capture: CaptureEnd | null): RolloutOutcome {
  if (capture === null || !capture.failed) return outcome
  return { ...outcome, status: 'failed', detail: { ...outcome.detail, subtype: capture.detail['subtype'] ?? null } }
}

/** Whether a captured run does not hold its prompt: the prompt is an argument of the command, and is not put out. */
export function beginsUnasked({ isCapture }: { isCapture: boolean }, messages: readonly Message[]): boolean {
  return isCapture && messages.find(({ role }) => role !== 'system')?.role === 'assistant'
}

/** Captures of sessions whose own log, or another capture, is among the files, each with the reason why it is passed over. */
export function capturedTwice(source: Source, files: readonly LogFile[]): ReadonlyMap<string, string> {
  const passedOver = new Map<string, string>()
  // Nearly every file is named for what it is.
  const captures = files.filter(({ path, stem, agentId }) => path.endsWith(CAPTURE) || (agentId === null && !isSessionId(stem)))
  if (captures.length === 0) return passedOver
  const logs = new Set(files.map(({ stem }) => stem).filter(isSessionId))
  const all = new Set(files.map(({ path }) => path))
  for (const { path, stem, agentId } of captures) {
    if (path.endsWith(CAPTURE) && all.has(`${path.slice(0, -4)}.jsonl`)) {
      passedOver.set(path, `The same output as ${CAPTURE.slice(0, -4)}.jsonl beside it`)
      continue
    }
    if (logs.size === 0 || isSessionId(stem) || agentId !== null) continue
    const session = sessionCaptured(source, path)
    if (session !== null && logs.has(session)) passedOver.set(path, `Output of session ${session}, whose own log is read`)
  }
  return passedOver
}

const HEAD_BYTES = 65536

/** The session whose output a file is; null where it is none. */
function sessionCaptured(source: Source, path: string): string | null {
  try {
    const head = source.headOfPlain(path, HEAD_BYTES)
    for (let from = 0, end = 0; end >= 0; from = end + 1) {
      end = head.indexOf('\n', from)
      const record = parseJson(head.toString('utf8', from, end < 0 ? head.length : end))
      if (isObject(record)) return 'sessionId' in record ? null : stringOrNull(record['session_id'])
    }
  } catch {
    // What cannot be read is told of where it is parsed.
  }
  return null
}
