import { posix } from 'node:path'
import { isObject, type JsonObject } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'

/** Where a trajectory lies in a trial of Harbor. */
export type TrialPlace = {
  folders: string[] // that may hold the verdict on this trajectory, nearest last
  trial: string | null // folder of the whole trial, where the trajectory is of one step of it
  step: string | null
}

/** Result files are written whole; a larger one is something else. */
const MAX_RESULT_BYTES = 16 << 20

/** A folder with more JSON files holds runs, not a trial. */
const MAX_FILES = 50

/** A folder named `agent` further up is no trial's. */
const MAX_DEPTH = 3

const HEAD_BYTES = 1 << 16

/** Name that Harbor gives the result of a trial, or of a job. */
export const RESULT = 'result.json'

/**
 * The trajectory stands in the trial's folder, or in `agent/` below it or in a folder of the agent's own there; in a trial of several
 * steps, in `steps/<name>/` of it.
 */
export function trialPlace(file: string): TrialPlace {
  const folder = posix.dirname(file)
  const names = folder.split('/')
  const agent = names.lastIndexOf('agent')
  const own = agent < 0 || names.length - agent > MAX_DEPTH ? folder : names.slice(0, agent).join('/') || '.'
  const steps = posix.dirname(own)
  const isStep = posix.basename(steps) === 'steps'
  return {
    folders: own === folder ? [own] : [own, folder],
    trial: isStep ? posix.dirname(steps) : null,
    step: isStep ? posix.basename(own) : null,
  }
}

/** Whether a file's first bytes are those of a trial's result, whatever it is called. */
export function looksLikeResult(head: string): boolean {
  return (
    /^\uFEFF?\s*\{/.test(head) && /"trial_name"\s*:/.test(head) && /"(?:task_name|verifier_result|agent_result|agent_info)"\s*:/.test(head)
  )
}

/** Root-relative paths of what may be the result of the trial in a folder, the one with Harbor's own name first. */
export function resultFiles(source: Source, folder: string): string[] {
  const own = posix.join(folder, RESULT)
  if (source.facts(own) !== null) return [own]
  const names = source.names(folder).filter(name => name.endsWith('.json'))
  if (names.length > MAX_FILES) return []
  return names.map(name => posix.join(folder, name)).filter(path => isResult(source, path))
}

/** The result of the trial in a folder; null where there is none. */
export async function readResult(source: Source, folder: string): Promise<JsonObject | null> {
  return source.shared(`atif result in ${folder}`, async () => {
    for (const path of resultFiles(source, folder)) {
      const result = await source.json(path, MAX_RESULT_BYTES).catch(() => null)
      if (isObject(result) && ['trial_name', 'task_name', 'verifier_result', 'agent_result'].some(key => key in result)) return result
    }
    return null
  })
}

function isResult(source: Source, path: string): boolean {
  try {
    return looksLikeResult(source.headOfPlain(path, HEAD_BYTES).toString('utf8'))
  } catch {
    return false // a link that leads out of the folder, or no permission
  }
}
