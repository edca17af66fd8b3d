import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openRowFiles } from '../codec/row-files.ts'
import { selectFacts } from '../dataset/dataset-facts.ts'
import { filesOf } from '../dataset/dataset-files.ts'
import { labelColumnsFile } from '../dataset/label-columns.ts'
import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Row } from '../row.ts'
import { columnsOf } from './columns-of.ts'
import { checkedLabel, type Label, type LabelEvent } from './label.ts'
import { appendLabels, labeller, readLabels } from './label-log.ts'

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
  storeAt(store)
  const checked = labels.map(checkedLabel)
  if (checked.length === 0) throw new TracewrightError('usage', 'Cannot label: found neither a verdict nor a tag nor a note')
  const [name, at] = [labeller(by), new Date().toISOString()]
  const events: LabelEvent[] = []
  const seen = new Set<string>()
  await eachRow(store, sessions, message !== null, (id, row) => {
    const said = message === null ? null : messagesOf(row!)[message]
    if (said === undefined)
      throw new TracewrightError('usage', `Cannot label message ${message} of '${id}': it has ${messagesOf(row!).length}, counted from 0`)
    const message_hash = said === null ? null : hashOf(said)
    seen.add(id)
    for (const label of checked)
      events.push({ at, by: name, trace_id: id, message, message_hash, ...label, ...(undo ? { undo: true } : {}) })
  })
  const unknown = sessions.find(id => !seen.has(id))
  if (unknown !== undefined) throw new TracewrightError('usage', `Cannot label '${unknown}': there is no such session in '${store}'`)
  await appendLabels(store, name, events)
  return refreshLabels(store)
}

/** Make the columns anew from what people said, each label of a message where the message is now. */
export async function refreshLabels(store: string): Promise<LabelReport> {
  storeAt(store)
  const labels = readLabels(store)
  const lost: LabelEvent[] = []
  const placed: LabelEvent[] = labels.filter(({ message }) => message === null)
  const ofMessages = Map.groupBy(
    labels.filter(({ message }) => message !== null),
    ({ trace_id }) => trace_id,
  )
  const found = new Set<string>()
  await eachRow(store, [...ofMessages.keys()], true, (id, row) => {
    found.add(id)
    const messages = messagesOf(row!)
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
  for (const [id, gone] of ofMessages) if (!found.has(id)) lost.push(...gone)
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

async function eachRow(
  store: string,
  ids: readonly string[],
  isWhole: boolean,
  take: (id: string, row: Row | null) => void,
): Promise<void> {
  if (ids.length === 0) return
  const { files, types, counts } = filesOf(store)
  const rows = isWhole ? await openRowFiles(files, { types, counts }) : null
  try {
    for await (const { number, facts } of selectFacts(store, { ids })) take(facts.trace_id, rows === null ? null : await rows.read(number))
  } finally {
    rows?.close()
  }
}

function storeAt(path: string): void {
  if (filesOf(path).store === null)
    throw new TracewrightError('usage', `Cannot label '${path}': it is no store`, { hint: 'Make one: tracewright ingest PATH -o DIR' })
}

function messagesOf(row: Row): unknown[] {
  return Array.isArray(row['messages']) ? row['messages'] : []
}

function hashOf(message: unknown): string {
  return createHash('sha1').update(writeJson(message)).digest('base64')
}
