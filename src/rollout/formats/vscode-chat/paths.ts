import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { ownValue, setOwn } from '../../../json/own.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger, Place } from '../../log/ledger.ts'

/** A request as it was left, and the records that made it so. */
export type Held = { record: JsonObject; asked: Place; answered: Place; before: Held | null }

/** A chat as its log leaves it, and the requests that were taken out of it. */
export type Chat = { head: JsonObject; requests: Held[]; left: Held[][] }

/** Play back a log of changes: a chat as it was, then what was set, added and taken away. */
export function play(entries: readonly Entry[], ledger: Ledger): Chat {
  const chat: Chat = { head: {}, requests: [], left: [] }
  for (const { record, place } of entries) {
    const { kind, k, v } = record
    const path = Array.isArray(k) ? k : []
    if (kind === 0 && isObject(v)) begin(chat, v, place)
    else if (path[0] === 'requests' && path.length === 1) changeList(chat, record, place)
    else if (path[0] === 'requests' && typeof path[1] === 'number') {
      const held = chat.requests[path[1]]
      if (held !== undefined) changeOne(held, path.slice(2), record, place)
    } else if (path.length === 1 && typeof path[0] === 'string' && kind === 1) setOwn(chat.head, path[0], v ?? null)
    if (typeof kind !== 'number' || kind > 3) ledger.unknown(place, `kind ${String(kind)}`.slice(0, 80), null)
  }
  return chat
}

/** Requests that are shown no more, and go when the next is sent, leave the chat as those do that are taken out. */
export function withoutHidden(chat: Chat): Chat {
  const isHidden = ({ record }: Held) => record['isHidden'] === true || isObject(record['shouldBeRemovedOnSend'])
  const requests = chat.requests.filter(held => !isHidden(held))
  const own = chat.requests.filter(isHidden)
  return own.length === 0 ? chat : { ...chat, requests, left: [...chat.left, own] }
}

/** What leads to a request, without it. */
export function pathTo(held: Held): Held[] {
  const path: Held[] = []
  for (let at = held.before; at !== null; at = at.before) path.push(at)
  return path.reverse()
}

function begin(chat: Chat, { requests, ...head }: JsonObject, place: Place): void {
  Object.assign(chat, { head })
  replaceFrom(chat, 0, Array.isArray(requests) ? requests : [], place)
}

function changeList(chat: Chat, { kind, v, i }: JsonObject, place: Place): void {
  const added = Array.isArray(v) ? v : []
  if (kind === 1 || kind === 3) replaceFrom(chat, 0, added, place)
  else
    replaceFrom(chat, typeof i === 'number' && i >= 0 ? Math.min(Math.floor(i), chat.requests.length) : chat.requests.length, added, place)
}

function replaceFrom(chat: Chat, at: number, added: readonly Json[], place: Place): void {
  const gone = chat.requests.splice(at)
  const known = new Map(gone.map(held => [stringOrNull(held.record['requestId']), held]))
  const ids = new Set<string | null>()
  for (const record of added.filter(isObject)) {
    const id = stringOrNull(record['requestId'])
    ids.add(id)
    chat.requests.push({ record, asked: known.get(id)?.asked ?? place, answered: place, before: chat.requests.at(-1) ?? null })
  }
  const own = gone.filter(({ record }) => !ids.has(stringOrNull(record['requestId'])))
  if (own.length > 0) chat.left.push(own)
}

/** A value inside a request, named by keys and positions: nothing beside what is there can be named. */
function changeOne(held: Held, path: readonly Json[], { kind, v, i }: JsonObject, place: Place): void {
  if (path[0] === 'result' || path[0] === 'response') held.answered = place
  if (path.length === 0) {
    if (isObject(v)) held.record = v
    return
  }
  let at: Json | undefined = held.record
  for (const step of path.slice(0, -1)) at = stepInto(at, step)
  const last = path.at(-1)!
  const value = kind === 2 ? pushed(stepInto(at, last), v, i) : kind === 3 ? null : (v ?? null)
  if (isObject(at) && typeof last === 'string') setOwn(at, last, value)
  else if (Array.isArray(at) && typeof last === 'number' && Number.isInteger(last) && last >= 0 && last <= at.length) at[last] = value
}

/** The list with more behind it, or behind where it was cut: the same list, since parts of an answer come one by one. */
function pushed(list: Json | undefined, added: Json | undefined, from: Json | undefined): Json {
  const values = Array.isArray(list) ? list : []
  if (typeof from === 'number' && from >= 0 && from < values.length) values.length = Math.floor(from)
  for (const value of Array.isArray(added) ? added : []) values.push(value)
  return values
}

function stepInto(value: Json | undefined, step: Json): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isObject(value) && typeof step === 'string' ? ownValue(value, step) : undefined
}
