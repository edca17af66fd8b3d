import { writeJson } from '../../../json/exact.ts'
import { isNumber, isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { checkFields, type Report } from './check-fields.ts'

/** Check one step by the rules of its version. */
export function checkStep(step: Json, context: Context): void {
  const { path, index, minor, report } = context
  if (!isObject(step)) {
    report(path, 'Must be an object', 'fatal')
    return
  }
  checkFields(step, STEP_FIELDS, `${path}.`, minor, report)
  if (step['step_id'] !== index + 1) report(`${path}.step_id`, `Must be ${index + 1}, found ${writeJson(step['step_id'] ?? null)}`)
  const time = step['timestamp']
  if (time !== undefined && time !== null && !(typeof time === 'string' && ISO_TIME.test(time)))
    report(`${path}.timestamp`, 'Must be an ISO 8601 time')
  const source = step['source']
  if (source !== 'system' && source !== 'user' && source !== 'agent') report(`${path}.source`, 'Must be system, user or agent')
  checkContent(step['message'], `${path}.message`, context, 'required')
  if (source === 'system' || source === 'user') checkForeignFields(step, source, context)
  for (const key of ['model_name', 'reasoning_content'])
    if (step[key] !== undefined && step[key] !== null && typeof step[key] !== 'string') report(`${path}.${key}`, 'Must be a string')
  checkLlmCallCount(step['llm_call_count'], context)
  const ids = checkCalls(step['tool_calls'], context)
  checkObservation(step['observation'], ids, context)
  checkMetrics(step['metrics'], context)
}

type Context = { path: string; index: number; minor: number; report: Report; refs: { path: string; id: string }[] }

const STEP_FIELDS: Record<string, number> = {
  step_id: 0,
  timestamp: 0,
  source: 0,
  model_name: 0,
  reasoning_effort: 0,
  message: 0,
  reasoning_content: 0,
  tool_calls: 0,
  observation: 0,
  metrics: 0,
  extra: 0,
  is_copied_context: 5,
  llm_call_count: 7,
}
const CALL_FIELDS: Record<string, number> = { tool_call_id: 0, function_name: 0, arguments: 0, extra: 7 }
const RESULT_FIELDS: Record<string, number> = { source_call_id: 0, content: 0, subagent_trajectory_ref: 0, extra: 7 }
const METRICS_FIELDS: Record<string, number> = {
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  cost_usd: 0,
  logprobs: 0,
  extra: 0,
  completion_token_ids: 3,
  prompt_token_ids: 4,
}
const AGENT_ONLY = ['model_name', 'reasoning_effort', 'reasoning_content', 'tool_calls', 'metrics']
const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const PART_VERSIONS: Record<string, number> = { text: 6, image: 6, audio: 8 }

function checkForeignFields(step: JsonObject, source: string, { path, minor, report }: Context): void {
  for (const key of AGENT_ONLY)
    if (step[key] !== undefined && step[key] !== null) report(`${path}.${key}`, `Is a field of agent steps, found on a ${source} step`)
  if (step['observation'] && minor < 2) report(`${path}.observation`, `Is allowed on a ${source} step since ATIF-v1.2`)
}

function checkLlmCallCount(count: Json | undefined, { path, report }: Context): void {
  if (count === undefined || count === null) return
  if (!isNumber(count) || !Number.isInteger(Number(count)) || Number(count) < 0)
    report(`${path}.llm_call_count`, 'Must be a whole number from 0')
}

function checkContent(content: Json | undefined, path: string, { minor, report }: Context, need: 'required' | 'optional'): void {
  if (content === undefined || content === null) {
    if (need === 'required') report(path, 'Is required')
  } else if (Array.isArray(content)) {
    if (minor < 6) report(path, 'May be a list since ATIF-v1.6')
    content.forEach((part, i) => {
      const type = isObject(part) ? String(part['type']) : ''
      const since = Object.hasOwn(PART_VERSIONS, type) ? PART_VERSIONS[type]! : null
      if (since === null) report(`${path}[${i}].type`, 'Must be text, image or audio')
      else if (since > Math.max(minor, 6)) report(`${path}[${i}].type`, `'${type}' is allowed since ATIF-v1.${since}`)
    })
  } else if (typeof content !== 'string') report(path, 'Must be a string or a list of parts')
}

function checkCalls(calls: Json | undefined, { path, minor, report }: Context): Set<string> {
  const ids = new Set<string>()
  if (calls === undefined || calls === null) return ids
  if (!Array.isArray(calls)) {
    report(`${path}.tool_calls`, 'Must be a list', 'fatal')
    return ids
  }
  for (const [i, call] of calls.entries()) {
    const at = `${path}.tool_calls[${i}]`
    if (!isObject(call)) {
      report(at, 'Must be an object', 'fatal')
      continue
    }
    checkFields(call, CALL_FIELDS, `${at}.`, minor, report)
    for (const key of ['tool_call_id', 'function_name']) if (typeof call[key] !== 'string') report(`${at}.${key}`, 'Must be a string')
    if (!isObject(call['arguments'])) report(`${at}.arguments`, 'Must be an object')
    if (typeof call['tool_call_id'] === 'string') ids.add(call['tool_call_id'])
  }
  return ids
}

function checkObservation(observation: Json | undefined, ids: Set<string>, context: Context): void {
  const { path, minor, report } = context
  if (observation === undefined || observation === null) return
  const results = isObject(observation) ? observation['results'] : null
  if (!Array.isArray(results)) {
    report(`${path}.observation.results`, 'Must be a list', 'fatal')
    return
  }
  for (const [i, result] of results.entries()) {
    const at = `${path}.observation.results[${i}]`
    if (!isObject(result)) {
      report(at, 'Must be an object', 'fatal')
      continue
    }
    checkFields(result, RESULT_FIELDS, `${at}.`, minor, report)
    const id = result['source_call_id']
    if (id !== undefined && id !== null && !(typeof id === 'string' && ids.has(id)))
      report(`${at}.source_call_id`, 'Must be a tool_call_id of the same step')
    checkContent(result['content'], `${at}.content`, context, 'optional')
    checkRefs(result['subagent_trajectory_ref'], `${at}.subagent_trajectory_ref`, context)
  }
}

function checkRefs(refs: Json | undefined, path: string, { minor, report, refs: seen }: Context): void {
  if (refs === undefined || refs === null) return
  if (!Array.isArray(refs)) {
    report(path, 'Must be a list')
    return
  }
  for (const [i, ref] of refs.entries()) {
    const at = `${path}[${i}]`
    if (!isObject(ref)) {
      report(at, 'Must be an object')
      continue
    }
    const id = ref['trajectory_id']
    if (minor < 7 && typeof ref['session_id'] !== 'string') report(`${at}.session_id`, 'Is required before ATIF-v1.7')
    if (minor >= 7 && !id && !ref['trajectory_path']) report(at, 'Must have a trajectory_id or a trajectory_path')
    if (typeof id === 'string' && !ref['trajectory_path']) seen.push({ path: `${at}.trajectory_id`, id })
  }
}

function checkMetrics(metrics: Json | undefined, { path, minor, report }: Context): void {
  if (metrics === undefined || metrics === null) return
  if (!isObject(metrics)) {
    report(`${path}.metrics`, 'Must be an object')
    return
  }
  checkFields(metrics, METRICS_FIELDS, `${path}.metrics.`, minor, report)
  for (const key of ['prompt_tokens', 'completion_tokens', 'cached_tokens', 'cost_usd'])
    if (metrics[key] !== undefined && metrics[key] !== null && typeof metrics[key] !== 'number')
      report(`${path}.metrics.${key}`, 'Must be a number')
  const { prompt_tokens: prompt, cached_tokens: cached } = metrics
  if (isNumber(prompt) && isNumber(cached) && Number(cached) > Number(prompt))
    report(`${path}.metrics.cached_tokens`, 'Must not exceed prompt_tokens, which include them')
}
