import { type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { drained } from '../../../json/long-list.ts'
import { textBlock } from '../../conversation/blocks.ts'
import { Conversation, type FinishedConversation } from '../../conversation/conversation.ts'
import type { Boundary, Origin, ToolSchema, Usage } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import { toldApart } from '../../conversation/voice.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type Call, callOf } from './calls/calls.ts'
import { describeWork } from './calls/nested-work.ts'
import { PendingResults } from './calls/pending-results.ts'
import { generatedImage } from './calls/results.ts'
import { countEncrypted, toBlocks } from './content.ts'
import type { Entry } from './entry.ts'
import { toSchemas } from './tools.ts'
import { ThreadUsage } from './usage/thread-usage.ts'
import type { Counts } from './usage/usage.ts'
import { texts, thoughtsReported, wordsReported } from './voices/only-copies.ts'
import { typedText, type Voices } from './voices/voices.ts'

/** What of a thread is to become a dialogue. */
export type Script = {
  entries: Entry[]
  isLast: boolean // nobody looks at the entries again: each is let go as it is told
  isReplayed(entry: Entry): boolean // counted elsewhere
  isWhole: boolean // it stands on no other thread, and nothing of it is left out
  counts: Counts
  onlyCopies: ReadonlySet<Entry> // events to be taken as items
  voices: Voices
  system: { text: string; label: string; entry: Entry }[] // prompts that stand before the first entry
}

/** A finished dialogue, and what was learnt on the way. */
export type Dialogue = {
  said: FinishedConversation
  usage: Usage | null
  schemas: ToolSchema[]
  exitCodes: { [code: string]: number }
  truncatedResults: number
}

/** So much work for which there is no call is told in a diagnostic. */
const MAX_TOLD = 20

type Response = { turn: Turn; stamp: string | null; isOver: boolean; isCounted: boolean; hasActed: boolean; custom: string[] }

/** Play a thread's entries into a conversation. */
export class Teller {
  private readonly script: Script
  private readonly ledger: Ledger
  private readonly conversation: Conversation
  private readonly results: PendingResults
  private readonly usage: ThreadUsage
  private readonly schemas: ToolSchema[] = []
  private readonly unanswered: Place[] = [] // searches whose results the provider kept to itself
  private response: Response | null = null
  private model: string | null = null
  private effort: string | null = null
  private boundary: Boundary | null = null
  private isTurnOver = false
  private isAbortMarked = false // the model was told of the interruption before the event came that reports it
  /** Whether anything was said that is not the harness's, and not repeated. */
  hasConversation = false

  constructor(script: Script, ledger: Ledger, path: string) {
    this.script = script
    this.ledger = ledger
    this.conversation = new Conversation(ledger, path)
    this.results = new PendingResults(script.entries, this.conversation)
    this.usage = new ThreadUsage(this.conversation, entry => this.isReplayed(entry), script.counts, script.isWhole)
    for (const { text, label, entry } of script.system) {
      const facts = { timestamp: entry.timestamp, replay: false, extra: { harness: label } }
      this.conversation.say('system', [textBlock(text)], entry.place, facts)
    }
    for (const entry of script.isLast ? drained(script.entries) : script.entries) this.play(entry)
  }

  /** Record something odd about the thread. */
  diagnose(code: string, at: Place | null, detail: Json = null): void {
    this.conversation.diagnose(code, at, detail)
  }

  /** Close the conversation; its records are settled. */
  finish(): Dialogue {
    const { unanswered } = this
    if (unanswered.length > 0) this.diagnose('results_not_recorded', unanswered[0]!, { web_search: unanswered.length })
    for (const { place } of this.results.matched) this.ledger.settle(place, 'noise', 'duplicate of a response item')
    const unrecorded = this.results.withoutCall.filter(entry => !this.isReplayed(entry))
    if (unrecorded.length > 0)
      this.diagnose(
        'work_without_call',
        unrecorded[0]!.place,
        unrecorded.slice(0, MAX_TOLD).map(entry => describeWork(entry, '')),
      )
    const usage = this.usage.total()
    return {
      said: this.conversation.finish(),
      usage,
      schemas: this.schemas,
      exitCodes: this.results.exitCodes,
      truncatedResults: this.results.truncated,
    }
  }

  private play(entry: Entry): void {
    if (entry.kind === 'item') this.playItem(entry)
    else if (entry.kind === 'event') this.playEvent(entry)
    else if (entry.kind === 'usage') this.usage.count(entry, this.response)
    else if (entry.kind === 'context') this.learnModel(entry)
    else if (entry.kind === 'compacted') this.compact(entry)
  }

  private playItem(entry: Entry): void {
    const { type, payload } = entry
    const call = callOf(entry)
    if (call !== null) this.call(call, entry)
    else if (type === 'message') this.message(entry)
    else if (type === 'reasoning') this.think(entry)
    else if (type.endsWith('_output')) {
      if (this.response !== null) this.response.isOver = true
      if (type === 'tool_search_output') this.schemas.push(...toSchemas(payload['tools']))
      this.results.fromItem(entry, this.isReplayed(entry))
    } else if (type === 'agent_message') this.hear(entry)
    else if (type === 'additional_tools') this.schemas.push(...toSchemas(payload['tools']))
    else if (type.includes('compaction') && payload['encrypted_content']) {
      this.diagnose('encrypted_compaction', entry.place)
      this.cut('compaction')
    }
  }

  private playEvent(entry: Entry): void {
    const { type } = entry
    if (type === 'token_count') this.usage.count(entry, this.response)
    else if (type === 'task_started' || type === 'turn_started') this.endTurn()
    else if (type === 'turn_aborted' && !this.isAbortMarked) this.abort()
    else if (type === 'thread_rolled_back') this.cut('abandoned')
    else if (type === 'thread_settings_applied') this.learnModel(entry)
    else if (this.script.onlyCopies.has(entry)) this.playOnlyCopy(entry)
    else {
      this.results.fromEvent(entry, this.isReplayed(entry))
      if (this.results.isNested(entry)) this.ledger.settle(entry.place, this.isReplayed(entry) ? 'replay' : 'merged', 'work of a script')
    }
  }

  private playOnlyCopy(entry: Entry): void {
    const typed = typedText(entry)
    if (typed !== null) this.say('user', entry, [textBlock(typed)], { origin: 'human' })
    for (const thought of thoughtsReported(entry)) this.respond(entry).turn.think(thought, entry.type.includes('raw') ? 'full' : 'summary')
    for (const words of wordsReported(entry)) this.respond(entry).turn.say(textBlock(words))
  }

  private message(entry: Entry): void {
    const content = toBlocks(entry.payload['content'])
    const role = entry.payload['role']
    if (role === 'assistant') {
      const response = this.respond(entry)
      const { turn } = response
      response.hasActed ||= content.length > 0
      for (const block of content) turn.say(block)
      const phase = stringOrNull(entry.payload['phase'])
      const id = stringOrNull(entry.payload['id'])
      if (id !== null || phase !== null) turn.know({ id, extra: phase === null ? null : { phase } })
    } else if (role === 'user') {
      const { origin, harness } = this.script.voices.of(entry)
      const isMarker = harness?.split(' ').includes('interruption') ?? false
      if (isMarker) this.abort()
      // A client puts what its editor shows in front of the typed words.
      const apart = harness === null && entry.kinds === null ? toldApart(content) : null
      const extra = apart === null ? (harness === null ? null : { harness }) : { injected_blocks: apart.injected }
      this.say('user', entry, apart?.content ?? content, { origin, extra })
      this.isAbortMarked = isMarker
    } else this.say('system', entry, content, { origin: 'harness', extra: { role: String(role) } })
  }

  private think(entry: Entry): void {
    const { turn } = this.respond(entry)
    const full = texts(entry.payload['content'])
    const summary = texts(entry.payload['summary'])
    for (const text of full) turn.think(text, 'full')
    if (full.length === 0) for (const text of summary) turn.think(text, 'summary')
    else if (summary.length > 0) turn.know({ extra: { reasoning_summary: summary } })
    if (full.length === 0 && summary.length === 0) turn.thinkHidden(entry.payload['encrypted_content'] ? 'encrypted' : 'redacted')
  }

  private call(call: Call, entry: Entry): void {
    const response = this.respond(entry)
    response.hasActed = true
    const id = response.turn.call(call.id, call.name, call.args, entry.place)
    this.results.expect(call.id, id)
    if (call.isCustom) response.turn.know({ extra: { custom: (response.custom = [...response.custom, id]) } })
    if (call.isReported) response.turn.know({ train: false, extra: { calls: 'reported' } })
    if (call.namespace !== null) response.turn.know({ extra: { namespace: call.namespace } })
    const untold = call.id === null ? [] : this.results.untoldWork(call.id)
    if (untold.length > 0) response.turn.know({ extra: { nested: untold.map(work => ({ call: id, ...work })) } })
    const isSearch = entry.type === 'web_search_call'
    if (isSearch && !this.results.fromSearch(entry, id, this.isReplayed(entry)) && !this.isReplayed(entry))
      this.unanswered.push(entry.place)
    const image = entry.type === 'image_generation_call' ? generatedImage(entry.payload) : []
    if (image.length > 0) this.conversation.result(id, image, entry.place, { timestamp: entry.timestamp })
  }

  /** What another agent told this one. */
  private hear(entry: Entry): void {
    const { author, recipient, content } = entry.payload
    const hidden = countEncrypted(content) + (entry.payload['encrypted_content'] ? 1 : 0)
    const extra = {
      ...(author === undefined ? {} : { author }),
      ...(recipient === undefined ? {} : { recipient }),
      ...(hidden > 0 ? { encrypted: hidden } : {}),
    }
    this.say('user', entry, toBlocks(content), { origin: 'agent', extra })
  }

  private say(
    role: 'system' | 'user',
    entry: Entry,
    content: ReturnType<typeof toBlocks>,
    { origin, extra = null }: { origin: Origin; extra?: JsonObject | null },
  ): void {
    this.endTurn()
    this.conversation.settle()
    this.isAbortMarked = false
    this.usage.drop()
    this.applyBoundary()
    const replay = this.isReplayed(entry)
    if (origin !== 'harness' && origin !== 'hook' && !replay) this.hasConversation = true
    this.conversation.say(role, content, entry.place, { timestamp: entry.timestamp, replay, origin, extra })
  }

  /** The response an item is of: the one under way, unless it was counted, answered, or has ids of another one. */
  private respond(entry: Entry): Response {
    const stamp = stampOf(stringOrNull(entry.payload['id']))
    const before = this.response
    const { place, timestamp } = entry
    const replay = this.isReplayed(entry)
    this.isAbortMarked = false
    if (before !== null && !before.isOver && (stamp === null || before.stamp === null || stamp === before.stamp)) {
      before.stamp ??= stamp
      before.turn.goOn(place, { timestamp, replay })
      return before
    }
    if (this.isTurnOver || this.boundary !== 'interruption') this.applyBoundary()
    if (!replay) this.hasConversation = true
    const usage = this.usage.takeWaiting()
    const extra = this.effort === null ? null : { effort: this.effort }
    this.conversation.settle()
    const turn = this.conversation.respond(null, place, { timestamp, replay, model: this.model, usage, extra })
    this.results.begin()
    this.response = { turn, stamp, isOver: false, isCounted: usage !== null, hasActed: false, custom: [] }
    return this.response
  }

  private compact(entry: Entry): void {
    this.cut('compaction')
    const summary = stringOrNull(entry.payload['message'])
    if (summary !== null) this.say('user', entry, [textBlock(summary)], { origin: 'harness', extra: { harness: 'compaction' } })
  }

  private abort(): void {
    const { response } = this
    // Thoughts that were cut off led to nothing a model should learn to do.
    if (response !== null && !response.hasActed) response.turn.know({ train: false })
    this.isTurnOver = false
    this.boundary ??= 'interruption'
  }

  private cut(boundary: Boundary): void {
    this.endTurn()
    this.boundary = boundary
  }

  private applyBoundary(): void {
    if (this.boundary !== null) this.conversation.cut(this.boundary)
    this.boundary = null
    this.isTurnOver = false
  }

  private endTurn(): void {
    this.response = null
    this.isTurnOver = true
  }

  private learnModel(entry: Entry): void {
    const settings = entry.kind === 'context' ? entry.payload : (entry.payload['thread_settings'] as Entry['payload'] | null)
    this.model = stringOrNull(settings?.['model']) ?? this.model
    this.effort = stringOrNull(settings?.['effort'] ?? settings?.['reasoning_effort']) ?? this.effort
  }

  private isReplayed(entry: Entry): boolean {
    return this.script.isReplayed(entry)
  }
}

/** Ids of items carry the mark of their response; equal marks prove nothing, different ones do. */
function stampOf(id: string | null): string | null {
  return id === null ? null : (/^[a-z]+_([0-9a-f]{16})[0-9a-f]{34}$/.exec(id)?.[1] ?? null)
}
