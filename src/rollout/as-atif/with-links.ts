import { readJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import { elementsOf, sourceAt } from '../../json/source-text.ts'
import { JsonText, jsonLine, type Written } from '../../json/written.ts'

/** How a trajectory names another: a document of its own, in a file where it has one. */
export type TrajectoryRef = {
  /** Its id. */
  trajectory_id: string
  /** Relative to the file that names it. */
  trajectory_path: string
}

/** Other trajectories that a trajectory names. */
export type AtifLinks = {
  /** Sub-agents, by the call that started them. */
  subagents: ReadonlyMap<string, readonly TrajectoryRef[]>
  /** The file in which it goes on. */
  continued: string | null
}

/**
 * The text of a trajectory that was written before it was known which others it names, now naming them. Steps that name none stay
 * the text they were.
 */
export function withLinks(json: string, { subagents, continued }: AtifLinks): string {
  const steps = elementsOf(sourceAt(json, ['steps']) ?? '[]').map(
    step => new JsonText(subagents.size === 0 ? step : linked(step, subagents)),
  )
  const document = readTop(json)
  return jsonLine({ ...document, steps, ...(continued === null ? {} : { continued_trajectory_ref: continued }) })
}

/** The document with each of its values as the text it is. */
function readTop(json: string): { [key: string]: Written } {
  const keys = Object.keys(readJson(json) as JsonObject)
  return Object.fromEntries(keys.map(key => [key, new JsonText(sourceAt(json, [key])!)]))
}

function linked(text: string, subagents: AtifLinks['subagents']): string {
  const step = readJson(text) as { tool_calls?: { tool_call_id: string }[]; observation?: { results: JsonObject[] } }
  const calls = step.tool_calls ?? []
  if (!calls.some(({ tool_call_id }) => subagents.has(tool_call_id))) return text
  const results: JsonObject[] = [...(step.observation?.results ?? [])]
  for (const { tool_call_id: id } of calls) {
    const refs = subagents.get(id)
    if (refs === undefined) continue
    let at = results.findIndex(({ source_call_id }) => source_call_id === id)
    // Nothing came back of the call: the reference stands alone.
    if (at < 0) at = results.push({ source_call_id: id, extra: { tracewright: {} } }) - 1
    results[at] = { ...results[at]!, subagent_trajectory_ref: refs as unknown as JsonObject[] }
  }
  return jsonLine({
    ...(step as JsonObject),
    // The bytes that the model wrote.
    tool_calls: new JsonText(sourceAt(text, ['tool_calls'])!),
    observation: { results },
  })
}
