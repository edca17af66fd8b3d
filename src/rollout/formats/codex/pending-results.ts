import { isObject, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import type { Conversation } from '../../conversation/conversation.ts'
import type { Entry } from './entry.ts'
import { type CallResult, resultOf, resultOfEvent } from './results.ts'

/** Brings results to the calls they belong to: output items first, events where no item holds the result. */
export class PendingResults {
  readonly exitCodes: { [code: string]: number } = {}
  truncated = 0
  private readonly conversation: Conversation
  private readonly withOutput = new Set<string>()
  private readonly reported = new Map<string, CallResult>()
  private readonly searches: Entry[] = []
  private readonly expected = new Map<string, string[]>() // id in the log → ids in the row that wait for a result

  constructor(entries: readonly Entry[], conversation: Conversation) {
    this.conversation = conversation
    for (const entry of entries)
      if (entry.kind === 'item') {
        const callId = entry.type.endsWith('_output') ? stringOrNull(entry.payload['call_id']) : null
        if (callId !== null) this.withOutput.add(callId)
      } else if (entry.kind === 'event') {
        if (isSearchEvent(entry)) this.searches.push(entry)
        const report = resultOfEvent(entry)
        if (report !== null) this.reported.set(report.callId, report.result)
      }
  }

  /** A call was made: results for `logged` go to `inRow`; where several calls share an id, in their order. */
  expect(logged: string, inRow: string): void {
    const waiting = this.expected.get(logged)
    if (waiting === undefined) this.expected.set(logged, [inRow])
    else waiting.push(inRow)
  }

  /** The result an output item holds. */
  fromItem(entry: Entry, replay: boolean): void {
    const callId = stringOrNull(entry.payload['call_id']) ?? stringOrNull(entry.payload['id']) ?? `line ${entry.place.line}`
    const result = resultOf(entry.payload)
    const report = this.reported.get(callId)
    result.exitCode ??= report?.exitCode ?? null
    result.isError ??= report?.isError ?? null
    this.give(callId, result, entry, replay)
  }

  /** The result an event holds, if the log has no item for it. */
  fromEvent(entry: Entry, replay: boolean): void {
    const report = resultOfEvent(entry)
    if (report === null || isSearchEvent(entry) || this.withOutput.has(report.callId) || !this.expected.has(report.callId)) return
    if (report.result.content.length > 0) this.give(report.callId, report.result, entry, replay)
  }

  /** A search done by the provider: its results are in an event that may not name the call. Whether there are any. */
  fromSearch(call: Entry, inRow: string, replay: boolean): boolean {
    const at = this.searches.findIndex(event => isSameSearch(call, event))
    if (at < 0) return false
    const event = this.searches.splice(at, 1)[0]!
    const report = resultOfEvent(event)
    if (report === null || report.result.content.length === 0) return false
    this.conversation.result(inRow, report.result.content, event.place, { timestamp: event.timestamp, replay })
    return true
  }

  private give(callId: string, result: CallResult, entry: Entry, replay: boolean): void {
    const waiting = this.expected.get(callId)
    const inRow = (waiting !== undefined && waiting.length > 1 ? waiting.shift() : waiting?.[0]) ?? callId
    if (!replay && result.exitCode !== null) countOwn(this.exitCodes, String(result.exitCode))
    if (!replay && result.isTruncated) this.truncated++
    const extra = result.exitCode === null ? null : { exit_code: result.exitCode }
    this.conversation.result(inRow, result.content, entry.place, { timestamp: entry.timestamp, replay, is_error: result.isError, extra })
  }
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
  if (isObject(done) && JSON.stringify(asked) === JSON.stringify(done)) return true
  return typeof asked['query'] === 'string' && asked['query'] === report['query']
}
