import { type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'

/** Names under which datasets say whether a task was solved, and how well. */
export const VERDICTS = ['resolved', 'verified', 'success', 'is_success', 'solved', 'passed', 'correct', 'is_correct', 'target'] as const
export const SCORES = ['reward', 'score'] as const

/** How a row ended, and what its task was worth, as far as its dataset says. */
export function outcomeOf(row: JsonObject, ended: RolloutOutcome): RolloutOutcome {
  const verdict = VERDICTS.find(key => typeof row[key] === 'boolean')
  const score = SCORES.find(key => numberOrNull(row[key]) !== null)
  const exit = stringOrNull(row['exit_status'])
  const detail: JsonObject = {
    ...ended.detail,
    ...(verdict === undefined ? {} : { [verdict]: row[verdict]! }),
    ...(score === undefined ? {} : { [score]: row[score]! }),
    ...(exit === null ? {} : { exit_status: exit }),
  }
  const reward = score !== undefined ? numberOrNull(row[score]) : verdict === undefined ? null : Number(row[verdict])
  // A run may end well and its task fail: the one is the status, the other the reward.
  const status =
    exit === null ? ended.status : /^submitted$/i.test(exit) ? 'completed' : /error|fail|exception/i.test(exit) ? 'failed' : 'unknown'
  return { status, reward, detail: Object.keys(detail).length === 0 ? null : detail }
}
