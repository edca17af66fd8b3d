import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import type { Boundary } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import type { Item } from './item.ts'
import { NOTES } from './sniff.ts'
import { isPrompt, keptOf, ownedBy } from './standing.ts'

/** What happened, in order. */
export type Event = { item: Item } | { prompt: Entry; isReplay: boolean } | { cut: Boundary }

/** A log of Kimi Code, played back. */
export class History {
  readonly events: Event[] = []
  readonly left: Item[][] = [] // what was taken back at once
  readonly facts: JsonObject = {}
  readonly ending: EndingFacts = { isSilent: true }
  current: Item[] = [] // what the model has
  tools: Json[] = []
  private version: string | null = null
  private prompt: string | null = null
  private readonly steps = new Map<string, Item>() // by the id of the step
  private readonly callers = new Map<string, Item>() // the step that made each call
  private lastStep: Item | null = null
  private replayed = 0 // so many events are known to be another session's
  private prompts = 0 // that can be taken back
  private readonly ledger: Ledger

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  take(entry: Entry): void {
    const { record, place } = entry
    if (this.isTold(entry)) return
    const type = stringOrNull(record['type']) ?? 'no type'
    this.ledger.settle(place, 'metadata', type.includes('compaction') ? 'a summary is made' : type.slice(0, 80))
  }

  /** Take what a record says; true where it is told, or told of, and not only known. */
  private isTold(entry: Entry): boolean {
    const { record, place } = entry
    const type = stringOrNull(record['type']) ?? 'no type'
    if (type === 'context.append_message' && isObject(record['message'])) this.add('message', entry)
    else if (type === 'context.append_loop_event' && isObject(record['event'])) this.loop(entry, record['event'])
    else if (type === 'context.apply_compaction') this.compact(entry)
    else if (type === 'config.update' || type === 'profile.bind') return this.configure(entry)
    else if (type === 'context.undo') this.undo(numberOrNull(record['count']) ?? 1)
    else if (this.isKnown(type, record)) return false
    else this.ledger.unknown(place, type, this.version)
    return type !== 'context.undo'
  }

  /** What is known of a session, or changes what is said behind it. */
  private isKnown(type: string, record: JsonObject): boolean {
    if (type === 'context.clear') {
      if (this.current.length > 0) this.events.push({ cut: 'clear' })
      this.current = []
      this.prompts = 0
    } else if (type === 'forked') this.replay()
    else if (type === 'llm.tools_snapshot') this.tools = Array.isArray(record['tools']) ? record['tools'] : this.tools
    else if (type === 'llm.request') {
      if (record['kind'] !== 'compaction' && this.lastStep !== null) this.lastStep.model ??= stringOrNull(record['model'])
    } else if (type === 'metadata') this.facts['protocol_version'] = this.version = stringOrNull(record['protocol_version'])
    else return this.turn(record) || NOTES.has(type)
    return true
  }

  /** A session that was forked begins with all that was said in the other. */
  private replay(): void {
    for (const event of this.events.slice(this.replayed)) {
      if ('item' in event) event.item.isReplay = true
      if ('prompt' in event) event.isReplay = true
    }
    this.replayed = this.events.length
  }

  private add(is: Item['is'], entry: Entry): Item {
    const item: Item = { is, entries: [entry], before: this.current.at(-1) ?? null, model: null, isReplay: false, wasUndone: false }
    if (isPrompt(item)) this.prompts++
    this.events.push({ item })
    this.current.push(item)
    return item
  }

  /** A piece of a response, or what came of a call. */
  private loop(entry: Entry, event: JsonObject): void {
    const call = stringOrNull(event['toolCallId'])
    const step = stringOrNull(event['stepUuid']) ?? (event['type'] === 'tool.result' ? null : stringOrNull(event['uuid']))
    const known = (step === null ? undefined : this.steps.get(step)) ?? (call === null ? undefined : this.callers.get(call))
    const item = known ?? this.add('step', entry)
    if (known !== undefined) known.entries.push(entry)
    if (step !== null) this.steps.set(step, item)
    if (call !== null && event['type'] === 'tool.call') this.callers.set(call, item)
    if (event['type'] === 'step.begin') this.lastStep = item
  }

  private compact(entry: Entry): void {
    this.events.push({ cut: 'compaction' })
    const kept = keptOf(this.current, entry.record)
    this.current = [...kept.before]
    this.add('summary', entry)
    for (const item of kept.behind) this.current.push(item)
    this.prompts = kept.behind.filter(isPrompt).length
  }

  /** Take back the last prompts, and all that followed the first of these. */
  private undo(count: number): void {
    if (count > this.prompts) return
    this.prompts -= count
    let open = count
    let at = this.current.length
    while (open > 0 && at > 0 && this.current[at - 1]!.is !== 'summary') if (isPrompt(this.current[--at]!)) open--
    while (at > 0 && ownedBy(this.current[at - 1]!, this.current[at]!)) at--
    const own = this.current.splice(at)
    for (const item of own) item.wasUndone = true
    if (own.length === 0) return
    this.left.push(own)
    this.events.push({ cut: 'abandoned' })
  }

  /** What the agent is told and given; true where it is instructed anew. */
  private configure(entry: Entry): boolean {
    const { record } = entry
    const disclosed = isObject(record['environmentDisclosure']) ? record['environmentDisclosure'] : {}
    this.facts['cwd'] ??= stringOrNull(record['cwd']) ?? stringOrNull(disclosed['cwd'])
    for (const key of ['profileName', 'modelAlias', 'thinkingEffort']) if (typeof record[key] === 'string') this.facts[key] = record[key]
    const prompt = stringOrNull(record['systemPrompt'])
    if (prompt === null || prompt === this.prompt) return false
    this.prompt = prompt
    this.events.push({ prompt: entry, isReplay: false })
    return true
  }

  /** What is noted of turns: the prompts in these are told as messages. False where it is none of them. */
  private turn(record: JsonObject): boolean {
    if (record['type'] === 'turn.prompt' || record['type'] === 'turn.steer') this.end({})
    else if (record['type'] === 'turn.cancel') this.end(record['target'] === 'queued' ? {} : { isInterrupted: true })
    else if (record['type'] === 'turn.ended') {
      const { reason, error } = record
      const failure = {
        reason: reason ?? null,
        ...(isObject(error) ? { code: error['code'] ?? null, message: error['message'] ?? null } : {}),
      }
      this.end(reason === 'cancelled' ? { isInterrupted: true } : reason === 'failed' || reason === 'blocked' ? { error: failure } : {})
    } else return false
    return true
  }

  private end(facts: EndingFacts): void {
    Object.assign(this.ending, { isInterrupted: false, error: null, ...facts })
  }
}
