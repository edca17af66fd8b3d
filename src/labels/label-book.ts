import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../disk/lock.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import { columnsOf, ownNames } from './columns-of.ts'
import { checkedLabel, type Label, type LabelEvent } from './label.ts'
import { LabelLog, labeller, labelsFolder } from './label-log.ts'
import { declaredNames, refuseUndeclared } from './label-names.ts'
import { PlacedColumns } from './placed-columns.ts'
import { type Known, RowsById } from './rows-by-id.ts'

/** What to say, of which sessions, or of one message of one. */
export type LabelOptions = {
  /** Trace ids. */
  sessions: readonly string[]
  /** Index of a message; null: the row is meant. */
  message?: number | null
  /** What to say of them. */
  labels: readonly Label[]
  /** Default: the user of this machine. */
  by?: string | null
  /** Take it back. */
  undo?: boolean
}

/** What became of labels: those of messages that are no longer there are kept, and are no columns. */
export type LabelReport = {
  /** Labels that are in force. */
  labels: number
  /** Rows that have one. */
  rows: number
  /** Labels of messages that are not there any more. */
  lost: LabelEvent[]
}

/** Labels of a session: those that stand where they were put or where that was moved to, and those of messages that are gone. */
type Placed = { here: LabelEvent[]; lost: LabelEvent[] }

/**
 * What people said of a store, held: to say something more takes the time of what is said, and not of what was said before. Other
 * processes may say something, too.
 */
export class LabelBook {
  private readonly store: string
  private readonly known: Known | null
  private readonly log: LabelLog
  private readonly columns: PlacedColumns
  private held: { state: string; rows: RowsById } | null = null

  /** `known`: what whoever asks has of the rows already. */
  constructor(store: string, known: Known | null = null) {
    this.store = store
    this.known = known
    this.log = new LabelLog(store)
    this.columns = new PlacedColumns(store)
  }

  /** What stands of a session. */
  of(traceId: string): LabelEvent[] {
    this.log.readOn()
    return this.log.of(traceId)
  }

  /** What stands of all sessions. */
  all(): LabelEvent[] {
    this.log.readOn()
    return this.log.all()
  }

  /** Label rows, or take labels back. */
  async say({ sessions, message = null, labels, by = null, undo = false }: LabelOptions): Promise<LabelReport> {
    const rows = this.rows()
    const checked = labels.map(checkedLabel)
    if (checked.length === 0)
      throw new TracewrightError('usage', 'Cannot label: found neither a verdict nor a tag nor a note nor a name of your own')
    const declared = undo ? [] : declaredNames(this.store) // what is declared no more may be taken back
    for (const label of checked) refuseUndeclared(label, declared)
    const [name, at] = [labeller(by), new Date().toISOString()]
    const wanted = new Set(sessions)
    await rows.find(wanted)
    const unknown = sessions.find(id => !rows.has(id))
    if (unknown !== undefined) throw new TracewrightError('usage', `Cannot label '${unknown}': there is no such session in '${this.store}'`)
    const events: LabelEvent[] = []
    const note = (trace_id: string, message_hash: string | null) => {
      for (const label of checked) events.push({ at, by: name, trace_id, message, message_hash, ...label, ...(undo ? { undo: true } : {}) })
    }
    if (message === null) for (const id of wanted) note(id, null)
    else
      await rows.each(wanted, (id, row) => {
        const messages = messagesOf(row)
        if (message >= messages.length)
          throw new TracewrightError('usage', `Cannot label message ${message} of '${id}': it has ${messages.length}, counted from 0`)
        note(id, hashOf(messages[message]))
      })
    return this.locked(async () => {
      await this.log.append(name, events)
      return this.place(rows)
    })
  }

  /** Make all columns anew. */
  async refresh(): Promise<LabelReport> {
    return this.locked(() => this.place(this.rows(), true))
  }

  /** Bring the columns to what was said: of the sessions of which something was said since; where the store has changed, of all. */
  private async place(rows: RowsById, isAnew = false): Promise<LabelReport> {
    const before = isAnew ? null : this.columns.manifestFor(rows.version)
    const touched = this.log.since(before?.events ?? {})
    const isWhole = before === null || this.columns.isLoose(before)
    const placed = await this.placed(isWhole ? this.log.sessions() : touched, rows)
    const lostBefore = isWhole ? [] : (before.lost as unknown as LabelEvent[])
    const lost = [...lostBefore.filter(({ trace_id }) => !placed.has(trace_id)), ...[...placed.values()].flatMap(each => each.lost)]
    const names = new Set([...(isWhole ? [] : before.names), ...[...placed.values()].flatMap(({ here }) => ownNames(here))])
    const { rows: labelled, labels } = this.log.counts
    const next = {
      store: rows.version,
      events: this.log.extent,
      rows: labelled,
      labels,
      names: [...names].sort(),
      lost: lost as unknown as JsonObject[],
    }
    const columns = new Map([...placed].map(([id, { here }]) => [id, columnsOf(id, here)]))
    if (isWhole) this.columns.replace([...columns.values()].filter(row => row !== null).sort(byId), next)
    else this.columns.append(columns, before, next)
    return { labels, rows: labelled, lost }
  }

  /** Rows are read for what was said of their messages, and for nothing else. */
  private async placed(ids: Iterable<string>, rows: RowsById): Promise<Map<string, Placed>> {
    const placed = new Map<string, Placed>()
    const ofMessages = new Map<string, LabelEvent[]>()
    for (const id of ids) {
      const labels = this.log.of(id)
      placed.set(id, { here: labels.filter(({ message }) => message === null), lost: [] })
      const some = labels.filter(({ message }) => message !== null)
      if (some.length > 0) ofMessages.set(id, some)
    }
    await rows.find(ofMessages.keys())
    await rows.each(ofMessages.keys(), (id, row) => {
      const { here, lost } = placed.get(id)!
      const messages = messagesOf(row)
      let hashes: string[] | null = null
      for (const label of ofMessages.get(id)!) {
        const there = messages[label.message!]
        if (there !== undefined && hashOf(there) === label.message_hash) here.push(label)
        else {
          hashes ??= messages.map(hashOf)
          const moved = hashes.indexOf(label.message_hash ?? '')
          if (moved >= 0) here.push({ ...label, message: moved })
          else lost.push(label)
        }
      }
    })
    for (const [id, gone] of ofMessages) if (!rows.has(id)) placed.get(id)!.lost.push(...gone)
    return placed
  }

  /** The rows of the store as it stands. */
  private rows(): RowsById {
    const stats = statSync(join(this.store, 'manifest.json'), { throwIfNoEntry: false })
    const state = `${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`
    if (this.held?.state !== state) this.held = { state, rows: new RowsById(this.store, this.known) }
    return this.held.rows
  }

  private async locked<T>(action: () => Promise<T>): Promise<T> {
    using _lock = await lockFolder(labelsFolder(this.store), { what: 'labels', holder: 'another label command' })
    return await action()
  }
}

function byId(a: Row, b: Row): number {
  return String(a['trace_id']) < String(b['trace_id']) ? -1 : 1
}

function messagesOf(row: Row): unknown[] {
  return Array.isArray(row['messages']) ? row['messages'] : []
}

function hashOf(message: unknown): string {
  return createHash('sha1').update(writeJson(message)).digest('base64')
}
