import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'
import { readResult, resultFiles, trialPlace } from './trial-folder.ts'

/** What the folder of a Harbor trial says about the trajectory in it. */
export type Trial = {
  outcome: RolloutOutcome
  totals: JsonObject | null // tokens of the whole trial, as Harbor counted them
  meta: JsonObject // task, trial, phases: for `source_meta`
  timestamps: string[]
}

const REWARD = 'verifier/reward.txt'
const REWARDS = 'verifier/reward.json' // several scores by name
const MAX_REWARD_BYTES = 1 << 16

/** Files beside a trajectory that its rows are made from too; root-relative, only those that exist. */
export function trialFiles(source: Source, file: string): string[] {
  const { folders, trial } = trialPlace(file)
  const sides = folders.flatMap(folder => [
    ...resultFiles(source, folder),
    ...[REWARD, REWARDS].map(name => posix.join(folder, name)).filter(side => source.facts(side) !== null),
  ])
  return [...sides, ...(trial === null ? [] : resultFiles(source, trial))]
}

/** Read the trial a trajectory belongs to; null where it belongs to none. */
export async function readTrial(source: Source, file: string): Promise<Trial | null> {
  const { folders, trial, step } = trialPlace(file)
  const whole = trial === null ? null : await readResult(source, trial)
  const ofStep = whole === null ? null : stepResult(whole, step!)
  for (const folder of folders) {
    const result = await readResult(source, folder)
    const text = await source.text(posix.join(folder, REWARD), MAX_REWARD_BYTES).catch(() => null)
    const written = text === null || text.trim() === '' ? null : numberOrNull(Number(text))
    const rewards = await source.json(posix.join(folder, REWARDS), MAX_REWARD_BYTES).catch(() => null)
    if (result === null && ofStep === null && written === null && !isObject(rewards)) continue
    return trialOf({ ...ofStep, ...result }, { written, rewards: isObject(rewards) ? rewards : {} }, source, folder)
  }
  return null
}

/** What the result of a trial of several steps says of one of them: the trial's own facts, with the step's verdict in their place. */
function stepResult(trial: JsonObject, step: string): JsonObject {
  const { step_results: steps, verifier_result: _verifier, exception_info: _exception, agent_result: _agent, ...shared } = trial
  const own = Array.isArray(steps) ? steps.filter(isObject).find(result => result['step_name'] === step) : undefined
  // Of a step that has no entry it is not known whether it was finished.
  const { finished_at: finished, ...rest } = shared
  const ended = own === undefined ? {} : { finished_at: finished ?? null }
  return { ...rest, ...ended, ...own, step_name: step }
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
  if (stringOrNull(result['step_name']) !== null) detail['step'] = result['step_name']!
  const { config, agent_result, verifier_result: _verifier, exception_info: _exception, ...meta } = result
  const sessions = posix.join(folder, 'agent/sessions')
  return {
    outcome: {
      status: exception !== null ? statusOf(exception) : isFinished ? 'completed' : 'unknown',
      reward,
      detail: Object.keys(detail).length > 0 ? detail : null,
    },
    meta: {
      ...meta,
      ...(isObject(agent_result) ? { agent_result: withoutTokens(agent_result) } : {}),
      ...(isObject(config) && isObject(config['agent']) ? { agent_config: config['agent'] } : {}),
      ...(source.names(sessions).length > 0 ? { native_sessions: sessions } : {}),
    },
    totals: isObject(agent_result) ? agent_result : null,
    timestamps: [stringOrNull(result['started_at']), stringOrNull(result['finished_at'])].filter(time => time !== null),
  }
}

/** A run that somebody stopped did not fail; a limit of time that was reached did. */
function statusOf(exception: JsonObject): 'interrupted' | 'failed' {
  return /^(?:asyncio\.)?(?:CancelledError|KeyboardInterrupt)$/.test(String(exception['exception_type'])) ? 'interrupted' : 'failed'
}

/** Token lists of a whole run, which the steps hold one by one. */
function withoutTokens({ rollout_details: _details, ...rest }: JsonObject): JsonObject {
  return rest
}
