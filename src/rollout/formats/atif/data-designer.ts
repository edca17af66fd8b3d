import { pythonRepr } from '../../../python/text.ts'
import { suffixOf } from '../../compat/file-name.ts'
import { loadObject } from '../../compat/load.ts'
import { argumentsText, type DraftMessage, message, toolCall } from '../../compat/message.ts'
import { DataDesignerParseError } from '../../compat/parse-error.ts'
import {
  isDict,
  isGiven,
  isTruthy,
  optionalText,
  type PythonDict,
  type PythonValue,
  requiredText,
  typeName,
} from '../../compat/python-value.ts'
import { record, span } from '../../compat/record.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { DataDesignerJob, DataDesignerReader } from '../../format.ts'

/** ATIF trajectories as Data Designer reads them: strict, and one deviation loses the file. */
export const dataDesigner: DataDesignerReader = {
  root: null,
  pattern: '*.json',
  isHandled: path => suffixOf(path) === '.json',
  warnsUnhandled: () => true,
  parse: parseTrajectory,
}

/** What is gathered over the steps of a trajectory. */
type Trajectory = {
  file: string
  messages: DraftMessage[]
  timestamps: string[]
  copiedSteps: PythonDict[string][]
  subagents: PythonDict[]
}

async function parseTrajectory({ source, path }: DataDesignerJob): Promise<RolloutRow[]> {
  const file = source.absolute(path)
  const payload = await loadObject(source, path)
  const schemaVersion = requiredText(payload['schema_version'], `ATIF schema_version in ${file}`)
  const sessionId = requiredText(payload['session_id'], `ATIF session_id in ${file}`)
  const { agent, steps } = payload
  if (!isDict(agent)) throw malformed(`ATIF trajectory in ${file} is missing an agent object`)
  if (!Array.isArray(steps) || steps.length === 0) throw malformed(`ATIF trajectory in ${file} is missing a non-empty steps list`)

  const trajectory: Trajectory = { file, messages: [], timestamps: [], copiedSteps: [], subagents: [] }
  for (const [index, step] of steps.entries()) readStep(trajectory, step, index)
  const { messages, timestamps, copiedSteps, subagents } = trajectory
  const agentName = requiredText(agent['name'], `ATIF agent.name in ${file}`)
  const extra = isDict(agent['extra']) ? agent['extra'] : {}
  const cwd = optionalText(extra['cwd'])
  return [
    record({
      traceId: sessionId,
      sourceKind: 'atif',
      sourcePath: file,
      cwd,
      projectPath: optionalText(extra['project_path']) || cwd,
      gitBranch: optionalText(extra['git_branch']),
      ...span(timestamps),
      messages,
      sourceMeta: {
        schema_version: schemaVersion,
        step_count: steps.length,
        agent_name: agentName,
        ...texts(agent, ['version', 'model_name']),
        ...(copiedSteps.length > 0 && { copied_context_step_ids: copiedSteps }),
        ...(subagents.length > 0 && { subagent_trajectory_refs: subagents }),
        ...texts(payload, ['notes', 'continued_trajectory_ref']),
        ...dicts(payload, ['final_metrics', 'extra']),
      },
    }),
  ]
}

function readStep(trajectory: Trajectory, step: PythonValue, index: number): void {
  const { file } = trajectory
  if (!isDict(step)) throw malformed(`Expected ATIF step object at ${file} steps[${index}], got ${typeName(step)}`)
  const id = step['step_id']
  const shown = pythonRepr(id)
  // To Python True is the integer 1.
  if (typeName(id) !== 'int' && typeof id !== 'boolean')
    throw malformed(`Expected integer ATIF step_id at ${file} steps[${index}], got ${shown}`)
  if (Number(id) !== index + 1) throw malformed(`Expected sequential ATIF step_id ${index + 1} at ${file} steps[${index}], got ${shown}`)

  const place = `${file} step ${shown}`
  const timestamp = optionalText(step['timestamp'])
  if (timestamp) trajectory.timestamps.push(timestamp)
  if (step['is_copied_context'] === true) trajectory.copiedSteps.push(id!)
  if (!('message' in step)) throw malformed(`ATIF step ${shown} in ${file} is missing message content`)
  const role = roleOf(step['source'], place)
  const misplaced = ['reasoning_content', 'tool_calls', 'observation'].filter(field => isGiven(step[field]))
  if (role !== 'assistant' && misplaced.length > 0)
    throw malformed(`ATIF step ${shown} in ${file} with role '${role}' cannot include ${misplaced.join(', ')}`)

  const toolCalls = callsOf(step['tool_calls'], place)
  trajectory.messages.push(message(role, { content: step['message'], reasoning: optionalText(step['reasoning_content']), toolCalls }))
  if (isGiven(step['observation']))
    readObservation(
      trajectory,
      step,
      toolCalls.map(call => call['id'] as string),
      place,
    )
}

function roleOf(source: PythonValue, place: string): string {
  const name = requiredText(source, `ATIF source in ${place}`)
  if (name === 'agent') return 'assistant'
  if (name === 'system' || name === 'user') return name
  throw malformed(`Unsupported ATIF source ${pythonRepr(name)} in ${place}`)
}

function callsOf(calls: PythonValue, place: string): PythonDict[] {
  if (!isGiven(calls)) return []
  if (!Array.isArray(calls)) throw malformed(`ATIF tool_calls in ${place} must be a list`)
  return calls.map((call, index) => {
    if (!isDict(call)) throw malformed(`Expected ATIF tool_call object in ${place}, got ${typeName(call)}`)
    const id = requiredText(call['tool_call_id'], `ATIF tool_call_id in ${place} tool_calls[${index}]`)
    const name = requiredText(call['function_name'], `ATIF function_name in ${place} tool_calls[${index}]`)
    return toolCall(id, name, argumentsText(call['arguments']))
  })
}

function readObservation(trajectory: Trajectory, step: PythonDict, callIds: string[], place: string): void {
  const { observation } = step
  if (!isDict(observation)) throw malformed(`ATIF observation in ${place} must be an object`)
  const { results } = observation
  if (!Array.isArray(results)) throw malformed(`ATIF observation.results in ${place} must be a list`)
  results.forEach((result, index) => {
    if (!isDict(result)) throw malformed(`Expected ATIF observation result object in ${place}, got ${typeName(result)}`)
    const callId = optionalText(result['source_call_id'])
    if (callId !== null && !callIds.includes(callId))
      throw malformed(`ATIF observation source_call_id ${pythonRepr(callId)} in ${place} does not reference a declared tool call`)
    if (isGiven(result['content'])) {
      if (callId === null) throw malformed(`ATIF observation result in ${place} with content is missing source_call_id`)
      trajectory.messages.push(message('tool', { content: result['content'], toolCallId: callId }))
    }
    const refs = subagentRefs(result['subagent_trajectory_ref'], place, index)
    if (refs.length > 0) trajectory.subagents.push({ step_id: step['step_id']!, refs })
  })
}

function subagentRefs(refs: PythonValue, place: string, result: number): PythonDict[] {
  if (!isGiven(refs)) return []
  if (!Array.isArray(refs)) throw malformed(`ATIF subagent_trajectory_ref in ${place} result ${result} must be a list`)
  return refs.map((ref, index) => {
    if (!isDict(ref)) throw malformed(`Expected subagent trajectory ref object in ${place}, got ${typeName(ref)}`)
    const sessionId = requiredText(ref['session_id'], `ATIF subagent session_id in ${place} result ${result} ref ${index}`)
    return { session_id: sessionId, ...texts(ref, ['trajectory_path']), ...dicts(ref, ['extra']) }
  })
}

/** The fields of a dict that have text, as text. */
function texts(dict: PythonDict, fields: string[]): PythonDict {
  return Object.fromEntries(fields.map(field => [field, optionalText(dict[field])] as const).filter(([, text]) => text))
}

/** The fields of a dict that are dicts and not empty. */
function dicts(dict: PythonDict, fields: string[]): PythonDict {
  return Object.fromEntries(fields.map(field => [field, dict[field]!] as const).filter(([, value]) => isDict(value) && isTruthy(value)))
}

function malformed(what: string): DataDesignerParseError {
  return new DataDesignerParseError(what)
}
