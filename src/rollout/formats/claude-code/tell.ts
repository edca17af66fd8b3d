import { writeJson } from '../../../json/exact.ts'
import type { JsonObject } from '../../../json/json.ts'
import { drained } from '../../../json/long-list.ts'
import { textBlock } from '../../conversation/blocks.ts'
import { Conversation, type FinishedConversation, type MessageFacts } from '../../conversation/conversation.ts'
import { isUnique } from '../../conversation/copy-print.ts'
import { OpenCalls } from '../../conversation/open-calls.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import { usageBeyond } from '../../conversation/usage.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { endingOf } from './ending.ts'
import type { Entry, ModelSaid, ThoughtsLeft, ToolAnswer, UserSaid } from './entry.ts'
import { Heard } from './heard.ts'
import type { Replacement } from './notes.ts'

/** How a thread is told. */
export type Telling = {
  sourcePath: string
  isReplay(entry: Entry): boolean // repeats another file or path, where it is counted
  replacements: ReadonlyMap<string, Replacement>
  cleared: ReadonlySet<string> // calls whose results are to be told as no longer in the context
  spawnedBy: 'human' | 'agent' // who speaks in the user's role
  trains: boolean // whether what the model said may be trained on at all
  startsAfterClear: boolean
  snapshot: Entry | null // the system prompt the thread is told with
  isLast: boolean // nobody looks at the entries again: each is let go as it is told
}

/** A thread as a dialogue, and how it ended. */
export type Told = { said: FinishedConversation; outcome: RolloutOutcome; persisted: JsonObject[] }

/** Tell a thread's entries as a dialogue. Settles the records of all of them. */
export function tell(entries: Entry[], telling: Telling, ledger: Ledger): Told {
  const teller = new Teller(telling, ledger, isChangedLater(entries))
  if (entries.some(({ said }) => said.kind === 'user' || said.kind === 'model')) teller.begin()
  for (const entry of telling.isLast ? drained(entries) : entries) teller.take(entry)
  return teller.finish()
}

/** Whether more becomes known of responses when others have spoken. */
function isChangedLater(entries: readonly Entry[]): boolean {
  return entries.some(({ said }) => said.kind === 'thoughts-left' && said.all)
}

class Teller {
  private readonly telling: Telling
  private readonly ledger: Ledger
  private readonly isChangedLater: boolean
  private readonly conversation: Conversation
  private readonly heard = new Map<string, Heard>() // the last turn of each API message
  private readonly byMessage = new Map<string, Heard>() // the same, whatever request they name
  private readonly turns = new Set<Heard>()
  private readonly asked = new Map<string, { place: Place; name: string; turn: Heard }>() // calls
  private readonly callsOf = new Map<string, string[]>() // record → ids of its calls
  private readonly answered = new Set<string>()
  private readonly sharing = new Map<string, OpenCalls<string>>() // id that came again → its calls, by their ids in the row
  private readonly renamed = new Map<string, string>() // id in the row of a call whose own was taken → that
  private readonly persisted: JsonObject[] = []
  private waiting: Entry[] = [] // queued prompts, to be said before the next response
  private lastCalls = new OpenCalls<string>() // of the last response
  private lastKey = ''
  private lastTurn: Heard | null = null
  private pausesAtTurn = 0 // when the last turn was last heard of
  private epoch = 0 // typed prompts so far: no response reaches across one
  private pauses = 0 // things said by others than the model so far
  private compaction: JsonObject | null = null
  private status: RolloutOutcome['status'] = 'unknown'
  private failure: JsonObject | null = null
  private isReplaying = false
  private isBegun = false // with the system prompt

  constructor(telling: Telling, ledger: Ledger, isChangedLater: boolean) {
    this.telling = telling
    this.ledger = ledger
    this.isChangedLater = isChangedLater
    this.conversation = new Conversation(ledger, telling.sourcePath)
    if (telling.startsAfterClear) this.conversation.cut('clear')
  }

  begin(): void {
    const { snapshot, isReplay } = this.telling
    if (snapshot?.said.kind !== 'snapshot') return
    const { timestamp, uuid: id, said, places } = snapshot
    this.conversation.say('system', said.system, places, { timestamp, id, replay: isReplay(snapshot) })
    this.isBegun = true
  }

  take(entry: Entry): void {
    const { said } = entry
    const place = entry.places[0]
    if (place === undefined || (this.isBegun && entry === this.telling.snapshot)) return
    // A record without an id goes with the one before it.
    if (entry.uuid !== null) this.isReplaying = this.telling.isReplay(entry)
    if (said.kind === 'model') this.takeResponse(entry, said, place)
    else if (said.kind === 'user' && said.queued) this.waiting.push(entry)
    else if (said.kind === 'user') this.takeUser(entry, said, place)
    else if (said.kind === 'compaction') {
      this.conversation.cut('compaction')
      this.compaction = said.detail
    } else if (said.kind === 'snapshot') this.ledger.settle(place, 'metadata', 'another snapshot of the system prompt')
    else if (said.kind === 'thoughts-left') this.takeThoughtsLeft(said, place)
    else if (said.kind === 'failure') {
      this.conversation.diagnose(typeof said.detail['subtype'] === 'string' ? said.detail['subtype'] : 'api_error', place, said.detail)
      if (this.conversation.endsWithTurn) this.conversation.cut('abandoned')
      this.end('failed', said.detail)
    }
  }

  finish(): Told {
    this.sayWaiting()
    this.diagnoseMissing()
    const outcome: RolloutOutcome = { status: this.status, reward: null, detail: this.failure }
    return { said: this.conversation.finish(), outcome, persisted: this.persisted }
  }

  /** Say what the log should hold and does not: results of calls the conversation went on behind, and counts of tokens. */
  private diagnoseMissing(): void {
    for (const [id, { place, name, turn }] of this.asked)
      if (!this.answered.has(id) && (turn !== this.lastTurn || this.pauses > this.pausesAtTurn))
        this.conversation.diagnose('unanswered_call', place, { tool_call_id: id, name })
    const uncounted = [...this.turns].filter(heard => heard.usage === null && !heard.isEmpty)
    if (uncounted.length > 0) this.conversation.diagnose('uncounted_response', uncounted[0]!.place, { responses: uncounted.length })
  }

  private takeUser(entry: Entry, said: UserSaid, place: Place): void {
    for (const answer of said.results) this.takeAnswer(entry, answer, place)
    if (said.results.length > 0 && said.content.length === 0) return
    if (said.prompt) {
      this.sayWaiting()
      this.epoch++
      if (!this.isChangedLater) this.conversation.settle()
    }
    if (said.boundary !== null) this.conversation.cut(said.boundary)
    if (said.boundary === 'interruption') this.end('interrupted')
    else if (said.prompt || said.origin === 'agent') this.end('unknown')
    this.say(entry, said)
  }

  private say(entry: Entry, said: UserSaid): void {
    this.pauses++
    const extra = { ...said.extra }
    if (said.boundary === 'compaction' && this.compaction !== null) {
      extra['compaction'] = this.compaction
      this.compaction = null
    }
    const isSpawner = said.origin === 'human' && this.telling.spawnedBy === 'agent'
    const { timestamp, uuid: id } = entry
    const origin = isSpawner ? 'agent' : said.origin
    if (said.content.length > 0)
      this.conversation.say('user', said.content, entry.places, { timestamp, id, origin, replay: this.isReplaying, extra })
    else for (const place of entry.places) this.ledger.settle(place, 'metadata', 'message without content')
  }

  private sayWaiting(): void {
    for (const entry of this.waiting) if (entry.said.kind === 'user') this.say(entry, entry.said)
    this.waiting = []
  }

  private takeResponse(entry: Entry, said: ModelSaid, place: Place): void {
    const name = said.messageId ?? (said.requestId === null ? null : `${this.pauses}`)
    const key = name === null ? null : `${name}\n${said.requestId ?? ''}`
    const before = this.heardBefore(said, key)
    const goesOn = before !== undefined && before.epoch === this.epoch
    if (before !== undefined && !goesOn && before.hasAll(said.pieces)) {
      this.ledger.settle(place, 'merged', 'response that stands twice')
      return
    }
    if (key === null || key !== this.lastKey) this.sayWaiting()
    this.lastKey = key ?? ''
    const facts: MessageFacts = { ...said.facts }
    if (!this.telling.trains) facts.train = false
    if (this.isReplaying) facts.replay = true
    let heard: Heard
    if (goesOn) {
      heard = before
      heard.turn.goOn(place, facts)
    } else {
      // What goes on behind a prompt was paid for with what was said before it.
      if (before !== undefined && said.facts.usage && (said.requestId !== null || isUnique(said.messageId ?? '')))
        facts.usage = usageBeyond(before.usage, said.facts.usage)
      heard = new Heard(this.conversation.respond(null, place, facts), this.epoch, place)
      this.lastTurn = heard
      if (!this.isReplaying) this.turns.add(heard)
      this.lastCalls = new OpenCalls()
    }
    if (key !== null) this.heard.set(key, heard)
    if (said.messageId !== null) this.byMessage.set(said.messageId, heard)
    heard.requestId ??= said.requestId
    heard.usage = said.facts.usage ?? heard.usage
    this.addPieces(entry, said, heard, place)
    this.pausesAtTurn = this.pauses
    const isOpen = this.openOf(this.lastCalls) !== null
    const { status, detail } = endingOf(said, isOpen, heard.hasText)
    this.end(status, detail)
  }

  /** The turn a record goes on with or repeats. One may be recorded again without the id of its request. */
  private heardBefore({ messageId, requestId, pieces }: ModelSaid, key: string | null): Heard | undefined {
    const known = key === null ? undefined : this.heard.get(key)
    if (known !== undefined || messageId === null) return known
    const other = this.byMessage.get(messageId)
    if (other === undefined || (requestId !== null && other.requestId !== null)) return undefined
    return other.epoch === this.epoch || other.hasAll(pieces) ? other : undefined
  }

  private addPieces(entry: Entry, said: ModelSaid, heard: Heard, place: Place): void {
    const { turn } = heard
    const news = heard.isEmpty ? said.pieces : said.pieces.filter(piece => !heard.has(piece))
    for (const piece of news) {
      heard.add(piece)
      if (piece.kind === 'text') turn.say(piece.block)
      else if (piece.kind === 'thought') turn.think(piece.text, isSummarised(said.facts.model ?? '') ? 'summary' : 'full')
      else if (piece.kind === 'hidden') turn.thinkHidden(piece.how)
      else if (piece.kind === 'answer') this.takeAnswer(entry, piece.answer, place)
      else {
        const id = turn.call(piece.id, piece.name, piece.args, place)
        if (piece.id !== null && id !== piece.id) this.noteRenamed(piece.id, id, heard)
        this.lastCalls.add(id, heard)
        this.asked.set(id, { place, name: piece.name, turn: heard })
        if (entry.uuid !== null) this.noteCall(entry.uuid, id)
      }
    }
  }

  private takeThoughtsLeft({ all, detail }: ThoughtsLeft, place: Place): void {
    this.ledger.settle(place, 'metadata', String(detail['type']))
    if (all) for (const { turn } of this.heard.values()) if (turn.hasThought) turn.know({ extra: { thoughts_left_context: true } })
    this.conversation.diagnose('thoughts_left_context', place, detail)
  }

  private noteRenamed(stored: string, id: string, heard: Heard): void {
    const calls = this.sharing.get(stored) ?? new OpenCalls<string>()
    if (calls.last === null) calls.add(stored, this.asked.get(stored)?.turn)
    calls.add(id, heard)
    this.sharing.set(stored, calls)
    this.renamed.set(id, stored)
  }

  private noteCall(uuid: string, id: string): void {
    const known = this.callsOf.get(uuid)
    if (known === undefined) this.callsOf.set(uuid, [id])
    else known.push(id)
  }

  private takeAnswer(entry: Entry, answer: ToolAnswer, place: Place): void {
    const inferred = this.callMeant(answer)
    const id = inferred ?? answer.callId ?? `unknown_${place.line}`
    const extra: JsonObject = { ...answer.extra }
    if (inferred !== null && (this.renamed.get(inferred) ?? inferred) !== answer.callId) extra['call_inferred'] = true
    const persisted = extra['persisted_output']
    if (typeof persisted === 'object' && persisted !== null && !Array.isArray(persisted)) this.persisted.push(persisted)
    let content = answer.content
    const replacement = this.telling.replacements.get(id)
    if (replacement !== undefined) {
      extra['replaced'] = { recorded_characters: writeJson(content).length }
      content = [textBlock(replacement.text)]
    } else if (this.telling.cleared.has(id)) {
      extra['cleared'] = { recorded_characters: writeJson(content).length }
      content = []
    }
    this.answered.add(id)
    if (extra['redacted'] === true) this.conversation.diagnose('redacted_result', place, { tool_call_id: id })
    if (!('server_tool' in extra)) this.pauses++
    const { timestamp, uuid } = entry
    const replay = this.isReplaying ? { replay: true } : {}
    this.conversation.result(id, content, place, { timestamp, id: uuid, is_error: answer.isError, ...replay, extra })
    this.end('unknown')
  }

  /** The call an answer belongs to: the one it names, else the first open one of the record it follows. */
  private callMeant({ callId, caller }: ToolAnswer): string | null {
    if (callId !== null && this.conversation.callId(callId) !== null) {
      const sharing = this.sharing.get(callId)
      return sharing === undefined ? callId : (this.openOf(sharing) ?? sharing.last!)
    }
    // A name that no call has is still a name; only scrubbed logs lack it.
    if (callId?.startsWith('toolu_')) return null
    const beside = this.callsOf.get(caller ?? '')?.find(id => !this.answered.has(id)) ?? null
    return beside ?? (callId === null ? this.openOf(this.lastCalls) : null)
  }

  private openOf(calls: OpenCalls<string>): string | null {
    return calls.open(id => this.answered.has(id))
  }

  private end(status: RolloutOutcome['status'], failure: JsonObject | null = null): void {
    this.status = status
    this.failure = failure
  }
}

/** Whether a model shows a summary of what it thinks in the place of its thoughts. */
function isSummarised(model: string): boolean {
  return /^claude-(?!3|2|instant)/.test(model)
}
