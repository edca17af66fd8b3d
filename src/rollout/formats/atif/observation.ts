import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'

/** One result of a step's observation, and the call of the same step it answers. */
export type LinkedResult = {
  content: Json | undefined
  call: number | null // index among the step's calls; null: none of them
  sourceCallId: string | null // as written
  isInferred: boolean // no id was written; there are as many results as calls
  refs: JsonObject[] // subagent trajectories it names
  extra: JsonObject | null
}

/**
 * Pair the results of a step with its calls. Ids count first. The first results without an id answer the calls that are left in their
 * order; more than there are calls are the harness's words. Fewer answer nobody knows which call, and stay without one.
 */
export function linkResults(step: JsonObject): LinkedResult[] {
  const ids = callsOf(step).map(call => stringOrNull(call['tool_call_id']))
  const isOpen = ids.map(() => true)
  const results = resultsOf(step['observation']).map((result): LinkedResult => {
    const sourceCallId = stringOrNull(result['source_call_id'])
    const known = sourceCallId === null ? -1 : ids.findIndex((id, i) => id === sourceCallId && isOpen[i])
    const call = known >= 0 || sourceCallId === null ? known : ids.indexOf(sourceCallId)
    if (call >= 0) isOpen[call] = false
    const refs = result['subagent_trajectory_ref'] ?? []
    return {
      content: result['content'],
      call: call < 0 ? null : call,
      sourceCallId,
      isInferred: false,
      refs: (Array.isArray(refs) ? refs : [refs]).filter(isObject),
      extra: isObject(result['extra']) ? result['extra'] : null,
    }
  })
  const unnamed = results.filter(result => result.sourceCallId === null)
  const open = ids.flatMap((_, i) => (isOpen[i] ? [i] : []))
  if (unnamed.length < open.length) return results
  for (const [i, call] of open.entries()) Object.assign(unnamed[i]!, { call, isInferred: true })
  return results
}

/** The calls of a step that are objects. */
export function callsOf(step: JsonObject): JsonObject[] {
  const calls = step['tool_calls']
  return Array.isArray(calls) ? calls.filter(isObject) : []
}

function resultsOf(observation: Json | undefined): JsonObject[] {
  if (observation === null || observation === undefined) return []
  const results = isObject(observation) && 'results' in observation ? observation['results'] : observation
  const list = Array.isArray(results) ? results : results === null || results === undefined ? [] : [results]
  return list.map(result => (isObject(result) ? result : { content: result }))
}
