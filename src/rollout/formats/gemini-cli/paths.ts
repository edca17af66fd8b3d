import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { addOwn } from '../../../json/own.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { isHeader, isMessage } from './entry.ts'

/** A message of a session through all that was written of it. */
export type Said = {
  id: string
  places: Place[]
  record: JsonObject // as it was recorded last
  sent: JsonObject // as the model is given it: a checkpoint may have cut it short
  text: string | null
  results: Map<string, JsonObject> // the first end of each call: later ones may hold less of what a tool gave back
  isMadeUp: boolean // a compaction brought it in
}

/** What happened in a session, in order: something was said, or the history was changed. */
export type Event = { said: Said } | { cut: 'compaction' | 'abandoned' }

/** A message and what the model was given before it, so that paths share what they have in common. */
type Link = { said: Said; before: Link | null }

/** A path that a rewind left. */
export class LeftPath {
  readonly left: Said[]
  private readonly link: Link | null

  constructor(link: Link | null, left: Said[]) {
    this.link = link
    this.left = left
  }

  /** What stands before it and stays. */
  get before(): Said[] {
    return pathTo(this.link)
  }
}

/** A session's log, played back. */
export class History {
  readonly head: JsonObject = {}
  readonly events: Event[] = []
  readonly leftPaths: LeftPath[] = []
  readonly rewound = new Set<Said>()
  private last: Link | null = null // of what the model is given
  private links = new Map<Said, Link>()
  private readonly known = new Map<string, Said>()
  private readonly ledger: Ledger

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  /** What the model is given. */
  get current(): Said[] {
    return pathTo(this.last)
  }

  take({ place, record, text }: Entry): void {
    const { $set: update, $rewindTo: target } = record
    if (typeof target === 'string') this.rewind(target, place)
    else if (isMessage(record)) this.message(record, text, place)
    else if (isObject(update)) {
      const { messages, ...rest } = update
      addOwn(this.head, rest)
      this.ledger.settle(place, 'metadata', 'what is known of the session')
      if (Array.isArray(messages)) this.replace(messages.filter(isObject), place)
    } else if (isHeader(record)) {
      const { messages, ...rest } = record
      addOwn(this.head, rest)
      this.ledger.settle(place, 'metadata', 'what is known of the session')
      // A whole session may stand on one line.
      if (Array.isArray(messages)) for (const message of messages) if (isObject(message)) this.message(message, null, place)
    } else this.ledger.unknown(place, stringOrNull(record['type']) ?? 'no type', null)
  }

  private message(record: JsonObject, text: string | null, place: Place): void {
    const id = stringOrNull(record['id']) ?? `#${place.line}.${place.index}`
    const before = this.known.get(id)
    if (before !== undefined && !this.rewound.has(before)) {
      before.places.push(place)
      know(before, record, text)
      if (!this.links.has(before)) this.give(before)
    } else this.give(this.begin(id, record, text, place))
  }

  private give(said: Said): void {
    this.last = { said, before: this.last }
    this.links.set(said, this.last)
  }

  private begin(id: string, record: JsonObject, text: string | null, place: Place, isMadeUp = false): Said {
    const said: Said = { id, places: [place], record, sent: record, text, results: new Map(), isMadeUp }
    know(said, record, text)
    this.known.set(id, said)
    this.events.push({ said })
    return said
  }

  /** The history was set anew: compacted, or with results of tools cut short. */
  private replace(messages: readonly JsonObject[], place: Place): void {
    const isKnown = (record: JsonObject) => {
      const said = this.known.get(String(record['id']))
      return said !== undefined && !this.rewound.has(said)
    }
    const isCompacted = messages.some(record => !isKnown(record)) || messages.length < this.links.size
    if (isCompacted && this.events.length > 0) this.events.push({ cut: 'compaction' })
    const given = messages.map((record, i) => {
      const id = stringOrNull(record['id']) ?? `#${place.line}.${place.index}.${i}`
      if (!isKnown(record)) return this.begin(id, record, null, place, true)
      const said = this.known.get(id)!
      said.sent = record
      learnResults(said, record)
      return said
    })
    this.last = null
    this.links = new Map()
    for (const said of new Set(given)) this.give(said)
  }

  private rewind(target: string, place: Place): void {
    this.ledger.settle(place, 'metadata', 'rewind')
    const said = this.known.get(target)
    const end = (said === undefined ? undefined : this.links.get(said))?.before ?? null
    const left: Said[] = []
    for (; this.last !== end && this.last !== null; this.last = this.last.before) {
      left.push(this.last.said)
      this.links.delete(this.last.said)
      this.rewound.add(this.last.said)
    }
    if (left.length === 0) return
    this.leftPaths.push(new LeftPath(end, left.reverse()))
    this.events.push({ cut: 'abandoned' })
  }
}

/** The messages that lead to one, it included. */
function pathTo(link: Link | null): Said[] {
  const path: Said[] = []
  for (let at = link; at !== null; at = at.before) path.push(at.said)
  return path.reverse()
}

function know(said: Said, record: JsonObject, text: string | null): void {
  said.record = record
  said.sent = record
  said.text = text
  learnResults(said, record)
}

function learnResults(said: Said, record: JsonObject): void {
  for (const call of callsOf(record)) {
    const id = stringOrNull(call['id'])
    if (id !== null && !said.results.has(id) && hasEnded(call)) said.results.set(id, call)
  }
}

/** The calls that a record of a response lists, each with what came of it. */
export function callsOf(record: JsonObject): JsonObject[] {
  const calls: Json | undefined = record['toolCalls']
  return Array.isArray(calls) ? calls.filter(isObject) : []
}

function hasEnded(call: JsonObject): boolean {
  return (call['result'] ?? null) !== null && ['success', 'error', 'cancelled'].includes(String(call['status']))
}
