import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { checkFields, type Report } from './check-fields.ts'
import { checkStep } from './check-step.ts'

/** One breach of the ATIF rules: where in the document, and what is wrong there. */
export type Finding = { path: string; message: string }

/** Whether a document keeps the rules of its version; 'recoverable': it breaks some, and everything in it can still be read. */
export type Verdict = 'valid' | 'recoverable' | 'invalid'

const VERSION = /^ATIF-v(\d+)\.(\d+)$/
const NEWEST_MINOR = 8

/** Minor version of a `schema_version`: 7 for 'ATIF-v1.7'. What is unknown is held to the rules of the newest. */
export function minorVersion(schemaVersion: unknown): number {
  const found = typeof schemaVersion === 'string' ? VERSION.exec(schemaVersion) : null
  return found === null || found[1] !== '1' ? NEWEST_MINOR : Math.min(Number(found[2]), NEWEST_MINOR)
}

/** Whether a `schema_version` is one whose rules are known here. */
export function isKnownVersion(schemaVersion: unknown): boolean {
  const found = typeof schemaVersion === 'string' ? VERSION.exec(schemaVersion) : null
  return found !== null && found[1] === '1' && Number(found[2]) <= NEWEST_MINOR
}

/** Checks a trajectory as it is read: its steps one by one, then the rest of the document. */
export class TrajectoryCheck {
  readonly findings: Finding[] = []
  private isFatal = false
  private minor = NEWEST_MINOR
  private count = 0
  private readonly refs: { path: string; id: string }[] = []
  private readonly callIds = new Set<string>()

  /** The version by whose rules the steps that follow are judged. */
  version(schemaVersion: Json | undefined): void {
    this.minor = minorVersion(schemaVersion)
  }

  /** Something that could not be read at all. */
  unreadable(path: string, message: string): void {
    this.report(path, message, 'fatal')
  }

  /** The next step, which could not be read. */
  unreadableStep(reason: string): void {
    this.report(`steps[${this.count++}]`, `Cannot be read: ${reason}`, 'fatal')
  }

  /** The next step. */
  step(step: Json): void {
    const index = this.count++
    const path = `steps[${index}]`
    checkStep(step, { path, index, minor: this.minor, report: this.report, refs: this.refs })
    if (!isObject(step) || !Array.isArray(step['tool_calls'])) return
    for (const call of step['tool_calls']) {
      const id = isObject(call) ? call['tool_call_id'] : null
      if (typeof id !== 'string') continue
      if (this.callIds.has(id)) this.report(`${path}.tool_calls`, `tool_call_id '${id}' occurs before`)
      this.callIds.add(id)
    }
  }

  /** Everything but the steps, and the trajectory ids of the embedded subagents. */
  rest(head: JsonObject, children: readonly (string | null)[]): { verdict: Verdict; findings: Finding[] } {
    const { minor, report } = this
    checkHead(head, minor, report)
    if (this.count === 0) report('steps', 'Must hold at least one step', 'fatal')
    children.forEach((id, i) => {
      const path = `subagent_trajectories[${i}].trajectory_id`
      if (id === null) report(path, 'Is required in an embedded trajectory')
      else if (children.indexOf(id) < i) report(path, `'${id}' occurs before`)
    })
    for (const { path, id } of this.refs)
      if (!children.includes(id) && id !== head['trajectory_id']) report(path, `No embedded trajectory has the id '${id}'`)
    const verdict = this.isFatal ? 'invalid' : this.findings.length > 0 ? 'recoverable' : 'valid'
    return { verdict, findings: this.findings }
  }

  private readonly report: Report = (path, message, fatal) => {
    this.findings.push({ path, message })
    this.isFatal ||= fatal === 'fatal'
  }
}

/** Check a whole trajectory document, its embedded subagents included, by the rules of its own version. */
export function checkTrajectory(document: Json): { verdict: Verdict; findings: Finding[] } {
  const check = new TrajectoryCheck()
  if (!isObject(document)) {
    check.unreadable('', 'Must be an object')
    return { verdict: 'invalid', findings: check.findings }
  }
  const { steps, subagent_trajectories, ...head } = document
  check.version(head['schema_version'])
  if (steps !== undefined && !Array.isArray(steps)) check.unreadable('steps', 'Must be a list')
  for (const step of Array.isArray(steps) ? steps : []) check.step(step)
  const children = Array.isArray(subagent_trajectories) ? subagent_trajectories : []
  const own = check.rest(
    head,
    children.map(child => (isObject(child) && typeof child['trajectory_id'] === 'string' ? child['trajectory_id'] : null)),
  )
  const inner = children.map(checkTrajectory)
  const findings = inner.flatMap((child, i) =>
    child.findings.map(({ path, message }) => ({ path: `subagent_trajectories[${i}].${path}`, message })),
  )
  const verdicts = [own.verdict, ...inner.map(child => child.verdict)]
  const verdict = (['invalid', 'recoverable'] as const).find(worse => verdicts.includes(worse)) ?? 'valid'
  return { verdict, findings: [...own.findings, ...findings] }
}

/** Fields of the document by the minor version that brought them. */
const ROOT_FIELDS: Record<string, number> = {
  schema_version: 0,
  session_id: 0,
  agent: 0,
  notes: 0,
  final_metrics: 0,
  continued_trajectory_ref: 0,
  extra: 1,
  trajectory_id: 7,
}
const AGENT_FIELDS: Record<string, number> = { name: 0, version: 0, model_name: 0, extra: 0, tool_definitions: 5 }
const FINAL_METRICS = ['total_prompt_tokens', 'total_completion_tokens', 'total_cached_tokens', 'total_cost_usd', 'total_steps', 'extra']

function checkHead(head: JsonObject, minor: number, report: Report): void {
  const version = head['schema_version']
  if (version === undefined) report('schema_version', 'Is required')
  else if (!isKnownVersion(version)) report('schema_version', `Must be ATIF-v1.0 to ATIF-v1.${NEWEST_MINOR}`)
  checkFields(head, ROOT_FIELDS, '', minor, report)
  if (minor < 7 && typeof head['session_id'] !== 'string') report('session_id', 'Is required before ATIF-v1.7')
  for (const key of ['session_id', 'trajectory_id', 'notes', 'continued_trajectory_ref'])
    if (head[key] !== undefined && head[key] !== null && typeof head[key] !== 'string') report(key, 'Must be a string')
  const agent = head['agent']
  if (!isObject(agent)) report('agent', 'Is required')
  else {
    checkFields(agent, AGENT_FIELDS, 'agent.', minor, report)
    for (const key of ['name', 'version']) if (typeof agent[key] !== 'string') report(`agent.${key}`, 'Must be a string')
  }
  const totals = head['final_metrics']
  if (isObject(totals)) {
    for (const key of Object.keys(totals)) if (!FINAL_METRICS.includes(key)) report(`final_metrics.${key}`, 'Is not a field of ATIF')
  } else if (totals !== undefined && totals !== null) report('final_metrics', 'Must be an object')
}
