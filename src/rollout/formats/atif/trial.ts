import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'

/** What the folder of a Harbor trial says about the trajectory in it. */
export type Trial = {
  outcome: RolloutOutcome
  meta: JsonObject // task, trial, phases: for `source_meta`
  timestamps: string[]
}

const RESULT = 'result.json'
const REWARD = 'verifier/reward.txt'
const REWARDS = 'verifier/reward.json' // several scores by name
const MAX_REWARD_BYTES = 1 << 16

/** Files beside a trajectory that its rows are made from too; root-relative, only those that exist. */
export function trialFiles(source: Source, file: string): string[] {
  return trialFolders(file).flatMap(folder => {
    const path = (name: string) => posix.join(folder, name)
    return [path(RESULT), path(REWARD), path(REWARDS)].filter(side => source.facts(side) !== null)
  })
}

/** Read the trial a trajectory belongs to; null where it belongs to none. */
export async function readTrial(source: Source, file: string): Promise<Trial | null> {
  for (const folder of trialFolders(file)) {
    const result = await source.json(posix.join(folder, RESULT)).catch(() => null)
    const isTrial = isObject(result) && ['trial_name', 'task_name', 'verifier_result', 'agent_result'].some(key => key in result)
    const text = await source.text(posix.join(folder, REWARD), MAX_REWARD_BYTES).catch(() => null)
    const written = text === null || text.trim() === '' ? null : numberOrNull(Number(text))
    const rewards = await source.json(posix.join(folder, REWARDS), MAX_REWARD_BYTES).catch(() => null)
    if (isTrial || written !== null || isObject(rewards))
      return trialOf(isTrial ? result : {}, { written, rewards: isObject(rewards) ? rewards : {} }, source, folder)
  }
  return null
}

/** The trajectory stands in the trial's folder or in `agent/` below it. */
function trialFolders(file: string): string[] {
  const folder = posix.dirname(file)
  return posix.basename(folder) === 'agent' ? [posix.dirname(folder), folder] : [folder]
}

function trialOf(result: JsonObject, side: { written: number | null; rewards: JsonObject }, source: Source, folder: string): Trial {
  const verifier = isObject(result['verifier_result']) ? result['verifier_result'] : {}
  const rewards = isObject(verifier['rewards']) ? verifier['rewards'] : side.rewards
  const single = Object.values(rewards).length === 1 ? numberOrNull(Object.values(rewards)[0]) : null
  const reward = numberOrNull(rewards['reward']) ?? single ?? numberOrNull(verifier['reward']) ?? side.written
  const exception = isObject(result['exception_info']) ? result['exception_info'] : null
  const isFinished = stringOrNull(result['finished_at']) !== null
  const detail: JsonObject = {}
  if (Object.keys(verifier).length > 0) detail['verifier'] = verifier
  else if (Object.keys(rewards).length > 0) detail['verifier'] = { rewards }
  if (exception !== null) detail['exception'] = exception
  if (stringOrNull(result['task_name']) !== null) detail['task'] = result['task_name']!
  const { config, agent_result, verifier_result: _verifier, exception_info: _exception, ...meta } = result
  const sessions = posix.join(folder, 'agent/sessions')
  return {
    outcome: {
      status: exception !== null ? 'error' : isFinished ? 'completed' : 'unknown',
      reward,
      detail: Object.keys(detail).length > 0 ? detail : null,
    },
    meta: {
      ...meta,
      ...(isObject(agent_result) ? { agent_result: withoutTokens(agent_result) } : {}),
      ...(isObject(config) && isObject(config['agent']) ? { agent_config: config['agent'] } : {}),
      ...(source.names(sessions).length > 0 ? { native_sessions: sessions } : {}),
    },
    timestamps: [stringOrNull(result['started_at']), stringOrNull(result['finished_at'])].filter(time => time !== null),
  }
}

/** Token lists of a whole run, which the steps hold one by one. */
function withoutTokens({ rollout_details: _details, ...rest }: JsonObject): JsonObject {
  return rest
}
