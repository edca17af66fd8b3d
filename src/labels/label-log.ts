import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { AppendLog } from '../disk/append-log.ts'
import { lockFolder } from '../disk/lock.ts'
import { makeFolder } from '../disk/made-folders.ts'
import { TracewrightError } from '../errors.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { type LabelEvent, subjectOf } from './label.ts'

/** Events of a person are lines of a file of their own, only ever appended. */
export async function appendLabels(store: string, by: string, events: readonly LabelEvent[]): Promise<void> {
  const folder = foldersOf(store)
  makeFolder(folder)
  const lock = await lockFolder(folder, { what: 'labels', holder: 'another label command' })
  try {
    const log = new AppendLog(join(folder, fileOf(by)))
    try {
      for (const event of events) log.append(event as unknown as JsonObject)
      await log.sync()
    } finally {
      log.close()
    }
  } finally {
    lock.release()
  }
}

/** The labels of a store that stand: of all people, without what was taken back or said anew. */
export function readLabels(store: string): LabelEvent[] {
  const standing = new Map<string, LabelEvent>()
  const folder = foldersOf(store)
  const files = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('by-') && name.endsWith('.jsonl')) : []
  const events = files.flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n').flatMap(eventIn))
  for (const event of events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    standing.delete(subjectOf(event))
    if (event.undo !== true) standing.set(subjectOf(event), event)
  }
  return [...standing.values()]
}

/** Who labels, unless told: the user of this machine. */
export function labeller(given: string | null): string {
  const by = (given ?? process.env['USER'] ?? userInfo().username).trim()
  if (by === '' || by.length > 100) throw new TracewrightError('usage', `Cannot label as '${by}': expected a name`)
  return by
}

function foldersOf(store: string): string {
  return join(store, 'labels')
}

/** Names of people are names of no files: what no file should be called is written as its number. */
function fileOf(by: string): string {
  return `by-${by.replace(/[^A-Za-z0-9_-]/gu, c => `.${c.codePointAt(0)!.toString(16)}.`)}.jsonl`
}

/** Lines that are damaged, or that somebody else has written, cost themselves alone. */
function eventIn(line: string): LabelEvent[] {
  const event = line === '' ? undefined : readJsonOr(line)
  if (!isObject(event)) return []
  const { at, by, trace_id: id, name, value, message } = event
  const isWhole = [at, by, id, name, value].every(part => typeof part === 'string') && (message === null || Number.isSafeInteger(message))
  const isKnown = name === 'tag' || name === 'note' || (name === 'verdict' && (value === 'accept' || value === 'reject'))
  return isWhole && isKnown ? [event as unknown as LabelEvent] : []
}
