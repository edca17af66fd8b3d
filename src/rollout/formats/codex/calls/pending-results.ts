import { writeJson } from '../../../../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../../../../json/json.ts'
import { countOwn } from '../../../../json/own.ts'
import { textOf } from '../../../conversation/blocks.ts'
import { CallsById } from '../../../conversation/calls-by-id.ts'
import type { Conversation } from '../../../conversation/conversation.ts'
import type { Entry } from '../entry.ts'
import { type ScriptState, scriptToolOf } from './code-mode.ts'
import { describeWork, findNestedWork, type NestedWork, soleExitCode } from './nested-work.ts'
import { exitCodeIn, reportOf } from './reports.ts'
import { type CallResult, resultOf, resultOfEvent, resultOfScript } from './results.ts'

/** Brings results to the calls they belong to: output items first, events where no item holds the result; and with them the work scripts did. */
export class PendingResults {
  readonly exitCodes: { [code: string]: number } = {}
  truncated = 0
  private readonly conversation: Conversation
  private readonly withOutput = new Set<string>()
  private readonly reported = new Map<string, CallResult>()
  private readonly searches: Entry[] = []
  /** Searches that were found to be those of a call. */
  readonly matched = new Set<Entry>()
  private readonly scripts = new Set<string>() // ids of calls of script tools
  private readonly nested: NestedWork
  private readonly ofScripts: ReadonlySet<Entry>
  private readonly told = new Set<string>() // calls whose nested work was told with a result
  private readonly calls = new CallsById()
  private readonly unnamed: string[] = [] // ids in the row of calls that have none in the log
  private unnamedAnswered = 0 // so many of these have their result

  constructor(entries: readonly Entry[], conversation: Conversation) {
    this.conversation = conversation
    for (const entry of entries)
      if (entry.kind === 'item') {
        const callId = stringOrNull(entry.payload['call_id'])
        if (callId === null) continue
        if (entry.type.endsWith('_output')) this.withOutput.add(callId)
        else if (scriptToolOf(entry) !== null) this.scripts.add(callId)
      } else if (entry.kind === 'event') {
        if (isSearchEvent(entry)) this.searches.push(entry)
        const report = resultOfEvent(entry)
        if (report !== null) this.reported.set(report.callId, report.result)
      }
    this.nested = findNestedWork(entries)
    this.ofScripts = new Set([...this.nested.byCall.values()].flat())
  }

  /** Reports of work for which no call is recorded. */
  get withoutCall(): readonly Entry[] {
    return this.nested.withoutCall.filter(entry => !this.matched.has(entry))
  }

  /** Whether an event reports work of a script. */
  isNested(entry: Entry): boolean {
    return this.ofScripts.has(entry)
  }

  /** Another response begins. */
  begin(): void {
    this.calls.begin()
  }

  /** A call was made: results for `logged` go to `inRow`, those without an id to the first call that has none. */
  expect(logged: string | null, inRow: string): void {
    if (logged === null) this.unnamed.push(inRow)
    else this.calls.make(logged, inRow)
  }

  /** The work a script did whose result the log does not hold. */
  untoldWork(logged: string): JsonObject[] {
    if (this.withOutput.has(logged)) return []
    return this.workOf(logged, '')
  }

  /** The result an output item holds. */
  fromItem(entry: Entry, replay: boolean): void {
    const named = stringOrNull(entry.payload['call_id']) ?? stringOrNull(entry.payload['id'])
    const callId = named ?? this.nextUnnamed() ?? `line ${entry.place.line}`
    if (this.scripts.has(callId)) {
      this.fromScript(callId, entry, replay)
      return
    }
    const result = resultOf(entry.payload)
    const report = this.reported.get(callId)
    result.exitCode ??= report?.exitCode ?? null
    result.isError ??= report?.isError ?? null
    this.give(callId, result, entry, replay)
  }

  private nextUnnamed(): string | undefined {
    return this.unnamedAnswered < this.unnamed.length ? this.unnamed[this.unnamedAnswered++] : undefined
  }

  /** The result an event holds, if the log has no item for it. */
  fromEvent(entry: Entry, replay: boolean): void {
    const report = resultOfEvent(entry)
    if (report === null || isSearchEvent(entry) || this.withOutput.has(report.callId) || !this.calls.has(report.callId)) return
    if (report.result.content.length > 0) this.give(report.callId, report.result, entry, replay)
  }

  /** A search done by the provider: its results are in an event that may not name the call. Whether there are any. */
  fromSearch(call: Entry, inRow: string, replay: boolean): boolean {
    const at = this.searches.findIndex(event => isSameSearch(call, event))
    if (at < 0) return false
    const event = this.searches.splice(at, 1)[0]!
    this.matched.add(event)
    const report = resultOfEvent(event)
    if (report === null || report.result.content.length === 0) return false
    this.conversation.result(inRow, report.result.content, event.place, { timestamp: event.timestamp, replay })
    return true
  }

  /** A script ends with its head's word; where it ran one command and nothing else, the command's exit code is its own. */
  private fromScript(callId: string, entry: Entry, replay: boolean): void {
    const { state, ...result } = resultOfScript(entry.payload)
    const nested = this.told.has(callId) ? [] : (this.nested.byCall.get(callId) ?? [])
    if (nested.length > 0) {
      // What was reported counts more than what the script printed.
      result.exitCode = state === null || state.status === 'completed' ? soleExitCode(nested) : null
      if (state?.status !== 'failed')
        result.isError = result.exitCode !== null ? result.exitCode !== 0 : state?.status === 'completed' ? false : null
    }
    const work = this.told.has(callId) ? [] : this.workOf(callId, textOf(result.content))
    this.told.add(callId)
    if (!replay && result.exitCode === null) this.countExitCodes(nested)
    this.give(callId, result, entry, replay, { ...stateFacts(state), ...(work.length === 0 ? {} : { nested: work }) })
  }

  private countExitCodes(nested: readonly Entry[]): void {
    for (const entry of nested) {
      const code = exitCodeIn(reportOf(entry)!)
      if (code !== null) this.exitCodes[code] = (this.exitCodes[code] ?? 0) + 1
    }
  }

  private workOf(callId: string, shown: string): JsonObject[] {
    let budget = MAX_COMPARED
    return (this.nested.byCall.get(callId) ?? []).map(entry => describeWork(entry, (budget -= shown.length) >= 0 ? shown : ''))
  }

  private give(callId: string, result: CallResult, entry: Entry, replay: boolean, more: JsonObject = {}): void {
    const inRow = this.calls.answer(callId) ?? callId
    if (!replay && result.exitCode !== null) countOwn(this.exitCodes, String(result.exitCode))
    if (!replay && result.isTruncated) this.truncated++
    const extra = { ...(result.exitCode === null ? {} : { exit_code: result.exitCode }), ...more }
    this.conversation.result(inRow, result.content, entry.place, { timestamp: entry.timestamp, replay, is_error: result.isError, extra })
  }
}

/** So many characters of a script's result are searched for what it ran had put out. */
const MAX_COMPARED = 1 << 24

function stateFacts(state: ScriptState | null): JsonObject {
  if (state === null) return {}
  return { script: state.status, ...(state.cell === null ? {} : { cell: state.cell }) }
}

function isSearchEvent(entry: Entry): boolean {
  if (entry.kind !== 'event') return false
  if (entry.type === 'web_search_end') return true
  const item = entry.payload['item']
  return (
    entry.type === 'item_completed' &&
    isObject(item) &&
    (item['type'] === 'WebSearch' || (item['type'] === 'Extension' && 'results' in item))
  )
}

function isSameSearch(call: Entry, event: Entry): boolean {
  const report = event.type === 'item_completed' && isObject(event.payload['item']) ? event.payload['item'] : event.payload
  const id = stringOrNull(report['call_id']) ?? stringOrNull(report['id'])
  if (id !== null && id === call.payload['id']) return true
  const [asked, done] = [call.payload['action'], report['action']]
  if (!isObject(asked)) return false
  if (isObject(done) && writeJson(asked) === writeJson(done)) return true
  return typeof asked['query'] === 'string' && asked['query'] === report['query']
}
