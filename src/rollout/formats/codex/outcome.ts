import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import type { Entry } from './entry.ts'
import { isOfModel } from './voices/of-model.ts'
import type { Voices } from './voices/voices.ts'

/**
 * How the thread ended: by the last event that ends a turn, unless the thread went on behind it. Logs of 2025 have no event for a turn
 * that ended well, and a log may be copied before it is written: then a final answer ends it that no call and no request follows. `isTorn`: the file breaks off in a record.
 */
export function outcomeOf(own: readonly Entry[], voices: Pick<Voices, 'isRequest'>, isTorn: boolean): RolloutOutcome {
  let status: RolloutOutcome['status'] = 'unknown'
  let isFailing = false // an error came in this turn
  const ends = { completed_turns: 0, aborted_turns: 0 }
  const errors: string[] = []
  for (const entry of own) {
    const { kind, type, payload } = entry
    if (isOfModel(entry) || voices.isRequest(entry)) {
      if (kind === 'item') status = 'unknown'
      if (!isOfModel(entry)) isFailing = false
    }
    if (kind !== 'event') continue
    if (type === 'task_complete' || type === 'turn_complete') {
      const error = isObject(payload['error']) ? payload['error'] : null
      if (error !== null) errors.push(errorText(error))
      // After an error the client ends the turn all the same, with nothing said.
      status = error !== null || (isFailing && stringOrNull(payload['last_agent_message']) === null) ? 'failed' : 'completed'
      ends.completed_turns++
    } else if (type === 'turn_aborted') {
      status = 'interrupted'
      ends.aborted_turns++
    } else if (type === 'error') {
      status = 'failed'
      isFailing = true
      errors.push(errorText(isObject(payload['error']) ? payload['error'] : payload))
    } else if (type === 'task_started' || type === 'turn_started') {
      status = 'unknown'
      isFailing = false
    }
  }
  if (status === 'unknown' && !isTorn && endsInAnswer(own, voices)) status = 'completed'
  const detail: JsonObject = {
    ...count('completed_turns', ends.completed_turns),
    ...count('aborted_turns', ends.aborted_turns),
    ...(errors.length > 0 ? { errors } : {}),
  }
  return { status, reward: null, detail: Object.keys(detail).length > 0 ? detail : null }
}

/** The same with the codes that commands ended in, which are known when all is told. */
export function withExitCodes({ detail, ...outcome }: RolloutOutcome, exitCodes: { [code: string]: number }): RolloutOutcome {
  return { ...outcome, detail: Object.keys(exitCodes).length > 0 ? { ...detail, exit_codes: exitCodes } : detail }
}

/** Events that newer clients write: where they do, an answer ends a turn only where it is said to be the final one. */
const ENDS_OF_TURNS = new Set(['task_started', 'turn_started', 'task_complete', 'turn_complete'])

/** Whether the last thing of anybody's is a final answer, and no call is open. */
function endsInAnswer(own: readonly Entry[], voices: Pick<Voices, 'isRequest'>): boolean {
  const open = new Set<string>()
  let last: Entry | null = null
  for (const entry of own) {
    if (entry.type === 'turn_aborted' || entry.type === 'error') last = null
    if (entry.kind !== 'item') continue
    const id = stringOrNull(entry.payload['call_id'])
    if (entry.type.endsWith('_output')) open.delete(id ?? '')
    else if (entry.type.endsWith('_call') && id !== null) open.add(id)
    if (isOfModel(entry) || voices.isRequest(entry) || entry.type.endsWith('_output')) last = entry
  }
  if (open.size > 0 || last?.type !== 'message' || last.payload['role'] !== 'assistant') return false
  const phase = stringOrNull(last.payload['phase'])
  return phase === 'final_answer' || (phase === null && own.every(({ type }) => !ENDS_OF_TURNS.has(type)))
}

function errorText(error: JsonObject): string {
  return stringOrNull(error['message']) ?? writeJson(error)
}

function count(key: string, n: number): JsonObject {
  return n > 0 ? { [key]: n } : {}
}
