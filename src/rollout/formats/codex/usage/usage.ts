import { writeJson } from '../../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../../json/json.ts'
import type { Usage } from '../../../conversation/row.ts'
import { sumUsage } from '../../../conversation/usage.ts'
import type { Entry } from '../entry.ts'
import { isOfModel } from '../voices/of-model.ts'

/** What one record counts: a response, and tokens spent before it whose own count was never written. */
export type Counted = { usage: Usage | null; uncounted: Usage | null }

/** All counts of a thread, by the record that holds them, and the last total that the thread states of itself. */
export type Counts = { of: ReadonlyMap<Entry, Counted>; stated: Usage | null }

/**
 * Read the counts of a whole thread, rolled-back turns included: totals go on through them. They do not from what was copied to what is
 * its own, for a fork begins with all that its parent had spent. `startsAtZero`: it stands on no other.
 */
export function countsIn(entries: readonly Entry[], isCopied: (entry: Entry) => boolean, startsAtZero: boolean): Counts {
  const counter = new UsageCounter(startsAtZero)
  const of = new Map<Entry, Counted>()
  let wasCopied = false
  for (const entry of entries) {
    const copied = isCopied(entry)
    if (wasCopied && !copied) counter.forgetTotals()
    wasCopied = copied
    if (isOfModel(entry)) counter.next()
    const isRecord = entry.kind === 'usage'
    if (!isRecord && entry.type !== 'token_count') continue
    const counted = isRecord ? counter.fromRecord(entry.payload) : counter.fromEvent(entry.payload)
    if (counted !== null) of.set(entry, counted)
  }
  return { of, stated: counter.stated }
}

/**
 * Reads a thread's stream of counts, which are cumulative, repeated and given twice, as one usage for each response. Where a total grew
 * by more than its response took, a count was never written; which response spent it is not said, and is not guessed.
 */
class UsageCounter {
  private startsAtZero: boolean
  private written: string | null = null // the total of the event before, as it stands there
  private total: Usage | null = null
  private threadTotal: Usage | null = null // of records
  private readonly closed: Usage[] = [] // last totals of clients that were started anew since
  private readonly responses = new Set<string>()
  private byEvent: string | null = null
  private byRecord: string | null = null

  /** `startsAtZero`: nothing was spent before the first count, so that its total is all growth. */
  constructor(startsAtZero: boolean) {
    this.startsAtZero = startsAtZero
  }

  /** The last total that the thread states of itself. */
  get stated(): Usage | null {
    const last = this.threadTotal ?? this.total
    return last === null ? null : sumUsage([...this.closed, last])
  }

  /** What a `token_count` event counts; null where it repeats what was counted. */
  fromEvent(payload: JsonObject): Counted | null {
    const info = payload['info']
    if (!isObject(info)) return null
    const written = writeJson(info['total_token_usage'] ?? null)
    if (written === this.written) return null
    this.written = written
    const total = toUsage(info['total_token_usage'])
    const grown = this.growth(this.total, total)
    if (this.threadTotal === null) this.close(this.total, total)
    this.total = total ?? this.total
    const usage = toUsage(info['last_token_usage'])
    if (usage !== null && this.byRecord === keyOf(usage)) return null
    if (usage !== null) this.byEvent = keyOf(usage)
    // Records state totals of their own, and would tell the same again.
    if (usage === null) return { usage, uncounted: surplus(grown, null) ?? total }
    return { usage, uncounted: this.threadTotal === null ? surplus(grown, usage) : null }
  }

  /** What a `token_usage_record` counts; null where an event counted the same, or another record the same response. */
  fromRecord(payload: JsonObject): Counted | null {
    const response = stringOrNull(payload['response_id'])
    if (response !== null && this.responses.has(response)) return null
    if (response !== null) this.responses.add(response)
    const total = toUsage(payload['thread_token_usage'])
    const before = this.threadTotal ?? this.total
    const grown = this.growth(before, total)
    this.close(before, total)
    this.threadTotal = total ?? this.threadTotal
    const usage = toUsage(payload['usage'])
    if (usage === null || this.byEvent === keyOf(usage)) return null
    this.byRecord = keyOf(usage)
    return { usage, uncounted: surplus(grown, usage) }
  }

  /** From here on totals are another thread's, of which nobody knows with what it began. */
  forgetTotals(): void {
    this.total = null
    this.threadTotal = null
    this.startsAtZero = false
  }

  /** The model said something new: equal numbers from now on are another response's. */
  next(): void {
    this.byEvent = null
    this.byRecord = null
  }

  private growth(before: Usage | null, total: Usage | null): Usage | null {
    if (total === null || (before === null && !this.startsAtZero)) return null
    return before === null || isLess(total, before) ? total : minus(total, before)
  }

  /** A total that is less than the one before begins at nothing: the client was started anew. */
  private close(before: Usage | null, total: Usage | null): void {
    if (before !== null && total !== null && isLess(total, before)) this.closed.push(before)
  }
}

/** Tokens as Codex counts them; null where there is no count. */
function toUsage(value: Json | undefined): Usage | null {
  if (!isObject(value)) return null
  const usage: Usage = {
    input_tokens: numberOrNull(value['input_tokens']),
    output_tokens: numberOrNull(value['output_tokens']),
    cached_input_tokens: numberOrNull(value['cached_input_tokens']),
    cache_write_tokens: numberOrNull(value['cache_write_input_tokens']),
    reasoning_tokens: numberOrNull(value['reasoning_output_tokens']),
    cost_usd: null,
  }
  return usage.input_tokens === null && usage.output_tokens === null ? null : usage
}

/** What a total grew by beyond its response. Null where it grew by no more, or by less in anything: then it is another total. */
function surplus(grown: Usage | null, usage: Usage | null): Usage | null {
  if (grown === null) return null
  const rest = usage === null ? grown : minus(grown, usage)
  const counts = Object.values(rest).filter(count => count !== null)
  return counts.every(count => count >= 0) && (rest.input_tokens ?? 0) + (rest.output_tokens ?? 0) > 0 ? rest : null
}

function isLess(a: Usage, b: Usage): boolean {
  return (a.input_tokens ?? 0) < (b.input_tokens ?? 0) || (a.output_tokens ?? 0) < (b.output_tokens ?? 0)
}

function minus(a: Usage, b: Usage): Usage {
  const rest = { ...a }
  for (const key of Object.keys(a) as (keyof Usage)[]) {
    const from = a[key]
    const less = b[key]
    rest[key] = from === null || less === null ? from : from - less
  }
  return rest
}

function keyOf(usage: Usage): string {
  return `${usage.input_tokens} ${usage.output_tokens}`
}
