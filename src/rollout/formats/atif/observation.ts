import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { isCompaction, roleOf } from './entry.ts'

/** One result of a step's observation, and the call it answers. */
export type LinkedResult = {
  content: Json | undefined
  call: number | null // among all calls of the trajectory, in their order; null: none of them
  sourceCallId: string | null // as written
  isInferred: boolean // no id was written
  refs: JsonObject[] // subagent trajectories it names
  extra: JsonObject | null
}

/**
 * Pairs the results of a trajectory's steps with its calls. Ids count first: those of the step's own calls, then of the latest call so
 * named. Results without an id answer, in their order, the calls that are left: of the step itself, or of the response before it where
 * the step makes none. More than there are calls answer none of them.
 */
export class CallLinks {
  /** Id of each call as it was written, in the order of the calls. */
  readonly written: (string | null)[] = []
  private readonly named = new Map<string, number>() // the latest call so named
  private open = new Set<number>() // calls of the latest response that nothing has answered yet

  /** The results of the next step, linked. */
  next(step: JsonObject): LinkedResult[] {
    const calls = callsOf(step)
    if (calls.length > 0 || isCompaction(step) || speaks(step)) this.open.clear()
    const own = new Map<string, number[]>()
    for (const call of calls) {
      const id = stringOrNull(call['tool_call_id'])
      const number = this.written.push(id) - 1
      this.open.add(number)
      if (id === null) continue
      if (own.has(id)) own.get(id)!.push(number)
      else own.set(id, [number])
      this.named.set(id, number)
    }
    for (const calls of own.values()) calls.reverse()
    const results = resultsOf(step['observation']).map(result => this.byId(result, own))
    const waiting = this.open.values()
    for (const result of results) {
      // Of an earlier response's calls only what says something is an answer: a step of its own may name sub-agents alone.
      if (result.sourceCallId !== null || (calls.length === 0 && isNothing(result.content))) continue
      const { value: call, done } = waiting.next()
      if (done) break
      this.open.delete(call)
      result.call = call
      result.isInferred = true
    }
    return results
  }

  private byId(result: JsonObject, own: ReadonlyMap<string, number[]>): LinkedResult {
    const sourceCallId = stringOrNull(result['source_call_id'])
    const mine = sourceCallId === null ? undefined : own.get(sourceCallId)
    // Of calls of one name in a step each has a result of its own; a second one of the last is told where it is put into the row.
    const call = mine === undefined ? (this.named.get(sourceCallId ?? '') ?? null) : mine.length > 1 ? mine.pop()! : mine[0]!
    if (call !== null) this.open.delete(call)
    const refs = result['subagent_trajectory_ref'] ?? []
    return {
      content: result['content'],
      call,
      sourceCallId,
      isInferred: false,
      refs: (Array.isArray(refs) ? refs : [refs]).filter(isObject),
      extra: isObject(result['extra']) ? result['extra'] : null,
    }
  }
}

/** The calls of a step that are objects. */
export function callsOf(step: JsonObject): JsonObject[] {
  const calls = step['tool_calls']
  return Array.isArray(calls) ? calls.filter(isObject) : []
}

/** Whether the model says something in a step: what is observed then is no answer to what it had called before. */
function speaks(step: JsonObject): boolean {
  return roleOf(step).name === 'agent' && !(isNothing(step['message']) && isNothing(step['reasoning_content']))
}

function isNothing(content: Json | undefined): boolean {
  return content === undefined || content === null || content === '' || (Array.isArray(content) && content.length === 0)
}

function resultsOf(observation: Json | undefined): JsonObject[] {
  if (observation === null || observation === undefined) return []
  const results = isObject(observation) && 'results' in observation ? observation['results'] : observation
  const list = Array.isArray(results) ? results : results === null || results === undefined ? [] : [results]
  return list.map(result => (isObject(result) ? result : { content: result }))
}
