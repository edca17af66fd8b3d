import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { labelColumnsFile } from '../dataset/label-columns.ts'
import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Row } from '../row.ts'
import { columnsOf } from './columns-of.ts'
import { checkedLabel, type Label, type LabelEvent } from './label.ts'
import { appendLabels, labeller, readLabels } from './label-log.ts'
import { RowsById } from './rows-by-id.ts'

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

/** Label rows of a store, or take labels back. From then on whoever reads the store finds them as columns. */
export async function addLabels(
  store: string,
  { sessions, message = null, labels, by = null, undo = false }: LabelOptions,
): Promise<LabelReport> {
  const rows = new RowsById(store)
  const checked = labels.map(checkedLabel)
  if (checked.length === 0) throw new TracewrightError('usage', 'Cannot label: found neither a verdict nor a tag nor a note')
  const [name, at] = [labeller(by), new Date().toISOString()]
  const events: LabelEvent[] = []
  const wanted = new Set(sessions)
  await rows.find([...wanted, ...sessionsWithMessages(readLabels(store))]) // those are placed anew below
  const unknown = sessions.find(id => !rows.has(id))
  if (unknown !== undefined) throw new TracewrightError('usage', `Cannot label '${unknown}': there is no such session in '${store}'`)
  const say = (id: string, message_hash: string | null) => {
    for (const label of checked)
      events.push({ at, by: name, trace_id: id, message, message_hash, ...label, ...(undo ? { undo: true } : {}) })
  }
  if (message === null) for (const id of wanted) say(id, null)
  else
    await rows.each(wanted, (id, row) => {
      const messages = messagesOf(row)
      if (message >= messages.length)
        throw new TracewrightError('usage', `Cannot label message ${message} of '${id}': it has ${messages.length}, counted from 0`)
      say(id, hashOf(messages[message]))
    })
  await appendLabels(store, name, events)
  return placeLabels(store, rows)
}

/** Make the columns anew from what people said, each label of a message where the message is now. */
export async function refreshLabels(store: string): Promise<LabelReport> {
  return placeLabels(store, new RowsById(store))
}

async function placeLabels(store: string, rowsById: RowsById): Promise<LabelReport> {
  const labels = readLabels(store)
  const lost: LabelEvent[] = []
  const placed: LabelEvent[] = labels.filter(({ message }) => message === null)
  const ofMessages = Map.groupBy(
    labels.filter(({ message }) => message !== null),
    ({ trace_id }) => trace_id,
  )
  await rowsById.find(ofMessages.keys())
  await rowsById.each(ofMessages.keys(), (id, row) => {
    const messages = messagesOf(row)
    let hashes: string[] | null = null
    for (const label of ofMessages.get(id)!) {
      const here = messages[label.message!]
      if (here !== undefined && hashOf(here) === label.message_hash) placed.push(label)
      else {
        hashes ??= messages.map(hashOf)
        const moved = hashes.indexOf(label.message_hash ?? '')
        if (moved >= 0) placed.push({ ...label, message: moved })
        else lost.push(label)
      }
    }
  })
  for (const [id, gone] of ofMessages) if (!rowsById.has(id)) lost.push(...gone)
  const rows = columnsOf(placed)
  const file = new WholeFile(labelColumnsFile(store))
  for (const row of rows) file.write(`${writeJson(row)}\n`)
  file.close()
  return { labels: labels.length, rows: rows.length, lost }
}

/** Make the columns anew where a store has labels: its rows may have changed. */
export async function refreshIfLabelled(store: string): Promise<void> {
  if (existsSync(labelColumnsFile(store))) await refreshLabels(store)
}

function sessionsWithMessages(labels: readonly LabelEvent[]): string[] {
  return labels.flatMap(({ message, trace_id }) => (message === null ? [] : [trace_id]))
}

function messagesOf(row: Row): unknown[] {
  return Array.isArray(row['messages']) ? row['messages'] : []
}

function hashOf(message: unknown): string {
  return createHash('sha1').update(writeJson(message)).digest('base64')
}
