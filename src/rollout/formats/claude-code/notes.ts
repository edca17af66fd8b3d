import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import type { ToolSchema } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import { type CaptureEnd, captureEnd } from './capture.ts'
import { type CarriedPlan, carriedPlan } from './carried-plan.ts'

/** What the model was given in the place of a tool result that the log holds in full. */
export type Replacement = { text: string; agentId: string | null }

/** Record types of one line each that tell of the session, and the field that says it. Empty: nothing of it is kept. */
const NOTED: { [type: string]: string } = {
  'custom-title': 'customTitle',
  'ai-title': 'aiTitle',
  'agent-name': 'agentName',
  'agent-setting': 'agentSetting',
  'agent-color': '',
  'last-prompt': '',
  mode: 'mode',
  'permission-mode': 'permissionMode',
  tag: 'tag',
  'pr-link': 'prUrl',
  'frame-link': 'frameUrl',
  'worktree-state': '',
  relocated: 'relocatedCwd',
  'bridge-session': '',
  'atis-latch': '',
  'speculation-accept': '',
  'marble-origami-commit': '',
  'marble-origami-snapshot': '',
  'marble-origami-reset': '',
  'history-suppression': '',
  'attribution-snapshot': '',
  'isolation-latch': '',
  'artifact-autoreact-ledger': '',
  'artifact-comment-monitor': '',
  'continued-in': 'continuedInSessionId',
  'fork-context-ref': 'parentSessionId',
  started: '',
  result: '',
  rate_limit_event: '',
  tool_progress: '',
  tool_use_summary: '',
  auth_status: '',
  prompt_suggestion: '',
  keep_alive: '',
}

/** What a log says of its session beside the conversation. */
export class Notes {
  readonly summaries: { summary: string; leafUuid: string | null }[] = []
  readonly replacements = new Map<string, Replacement>()
  readonly compactedResults = new Set<string>() // call ids whose results left the context
  readonly undelivered: string[] = [] // prompts that were still waiting when the log ends
  readonly toolNames = new Set<string>()
  readonly attachments: { [type: string]: number } = {} // kept aside, by type
  readonly deferredTools = new Map<string, ToolSchema>() // schemas that were given only where they were asked for
  isBackground = false
  teammate: string | null = null // name of the teammate whose session it is
  plan: CarriedPlan | null = null // that was put into the first prompt that holds one
  isCapture = false // the output of a run, not its log
  capture: CaptureEnd | null = null // how the run ended whose output this is
  forkContext: JsonObject | null = null // what a forked agent's context was taken from
  cost: JsonObject | null = null // the last state of the session's costs
  forkedFrom: string | null = null
  compactions = 0
  private readonly values = new Map<string, Set<string>>()

  /** Take a record that is no message. Whether its type is known. */
  take(record: JsonObject): boolean {
    const type = String(record['type'])
    if (type === 'summary') {
      const summary = stringOrNull(record['summary'])
      if (summary !== null) this.summaries.push({ summary, leafUuid: stringOrNull(record['leafUuid']) })
      return true
    }
    if (type === 'content-replacement') {
      this.takeReplacements(record)
      return true
    }
    if (type === 'fork-context-ref') {
      const { type: _, agentId: __, ...context } = record
      this.forkContext = context
    }
    if (type === 'result' && typeof record['session_id'] === 'string') this.capture = captureEnd(record)
    if (type === 'cost-state') {
      const { type: _, sessionId: __, ...state } = record
      this.cost = state
      return true
    }
    if (!Object.hasOwn(NOTED, type)) return false
    const value = stringOrNull(record[NOTED[type]!])
    if (value !== null) this.add(type, value)
    return true
  }

  /** Learn what any record may say of the session as a whole. */
  observe(record: JsonObject): void {
    if (typeof record['session_id'] === 'string' && record['sessionId'] === undefined) this.isCapture = true
    if (record['sessionKind'] === 'bg') this.isBackground = true
    if (record['type'] === 'user' || record['type'] === 'assistant') this.teammate ??= stringOrNull(record['agentName'])
    if (this.plan === null && record['type'] === 'user') this.plan = carriedPlan(record)
    if (isObject(record['forkedFrom'])) this.forkedFrom ??= stringOrNull(record['forkedFrom']['sessionId'])
    const mode = stringOrNull(record['permissionMode'])
    if (mode !== null) this.add('permission-mode', mode)
  }

  /** Learn from an attachment that says nothing in words. */
  takeAttachment(attachment: JsonObject): void {
    const type = String(attachment['type'])
    countOwn(this.attachments, type)
    for (const name of Array.isArray(attachment['addedNames']) ? attachment['addedNames'] : [])
      if (typeof name === 'string') this.toolNames.add(name)
  }

  /** Learn the names of the tools a run began with. */
  takeInit(record: JsonObject): void {
    for (const name of Array.isArray(record['tools']) ? record['tools'] : []) if (typeof name === 'string') this.toolNames.add(name)
  }

  /** Learn the schemas of tools that are given to the model on demand. */
  takeDeferredTools(attachment: JsonObject): void {
    for (const tool of toolSchemas(attachment['entries'])) this.deferredTools.set(tool.function.name, tool)
  }

  /** Learn which results a microcompaction took out of the context. */
  takeMicrocompaction(record: JsonObject): void {
    const ids = isObject(record['microcompactMetadata']) ? record['microcompactMetadata']['compactedToolIds'] : []
    for (const id of Array.isArray(ids) ? ids : []) if (typeof id === 'string') this.compactedResults.add(id)
  }

  /** The last value of a kind; titles may change. */
  last(type: string): string | null {
    return [...(this.values.get(type) ?? [])].at(-1) ?? null
  }

  /** All values of a kind, in order of their last appearance. */
  all(type: string): string[] {
    return [...(this.values.get(type) ?? [])]
  }

  private add(type: string, value: string): void {
    const values = this.values.get(type) ?? new Set()
    values.delete(value)
    this.values.set(type, values.add(value))
  }

  private takeReplacements(record: JsonObject): void {
    const agentId = stringOrNull(record['agentId'])
    const replacements: Json[] = Array.isArray(record['replacements']) ? record['replacements'] : []
    for (const replacement of replacements) {
      if (!isObject(replacement)) continue
      const [id, text] = [replacement['toolUseId'], replacement['replacement']]
      if (typeof id === 'string' && typeof text === 'string') this.replacements.set(id, { text, agentId })
    }
  }
}
