import { existsSync, readdirSync, readSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { AppendFile } from '../disk/append-file.ts'
import { closingFile } from '../disk/closing-file.ts'
import { makeFolder } from '../disk/made-folders.ts'
import { openRegular } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { refuseMore } from '../fields.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject } from '../json/json.ts'
import { isOwnName, type LabelEvent, subjectOf } from './label.ts'

/** Events of people, each person's in a file of their own, that is only ever appended to. What was read once is not read again. */
export class LabelLog {
  private readonly folder: string
  private readonly read = new Map<string, number>() // bytes of each file
  private readonly bySession = new Map<string, Map<string, LabelEvent>>()
  private readonly standing = new Map<string, number>() // of sessions of which anything stands, how much
  private recent: { file: string; end: number; session: string }[] = [] // what was read and may not be dealt with yet
  private labels = 0

  constructor(store: string) {
    this.folder = labelsFolder(store)
  }

  /** Read what has come since. */
  readOn(): void {
    for (const file of this.files())
      for (const { event, end } of this.linesOf(file)) {
        this.take(event)
        this.recent.push({ file, end, session: event.trace_id })
      }
  }

  /** Sessions of which something was said behind these bytes of each file, whoever has read it first. */
  since(from: { readonly [file: string]: number }): Set<string> {
    this.readOn()
    // What lies before is dealt with for good.
    this.recent = this.recent.filter(({ file, end }) => end > (from[file] ?? 0))
    return new Set(this.recent.map(({ session }) => session))
  }

  /** Bytes of each file that were read. */
  get extent(): { [file: string]: number } {
    return Object.fromEntries(this.read)
  }

  /** Add events of one person: they are in the file, and on the disk, when the promise resolves. */
  async append(by: string, events: readonly LabelEvent[]): Promise<void> {
    makeFolder(this.folder)
    using file = new AppendFile(join(this.folder, fileOf(by)))
    file.append(events)
    await file.sync()
  }

  /** What stands of a session, the first that was said first. */
  of(traceId: string): LabelEvent[] {
    return [...(this.bySession.get(traceId)?.values() ?? [])].filter(({ undo }) => undo !== true).sort(byTime)
  }

  /** Sessions of which anything stands. */
  sessions(): Iterable<string> {
    return this.standing.keys()
  }

  /** What stands of all sessions. */
  all(): LabelEvent[] {
    return [...this.sessions()].flatMap(id => this.of(id))
  }

  /** How many sessions, and how many labels. */
  get counts(): { rows: number; labels: number } {
    return { rows: this.standing.size, labels: this.labels }
  }

  private take(event: LabelEvent): void {
    const events = this.bySession.get(event.trace_id) ?? new Map<string, LabelEvent>()
    this.bySession.set(event.trace_id, events)
    const subject = subjectOf(event)
    const before = events.get(subject)
    if (before !== undefined && event.at < before.at) return
    events.set(subject, event)
    const stands = (one: LabelEvent | undefined) => (one !== undefined && one.undo !== true ? 1 : 0)
    const change = stands(event) - stands(before)
    this.labels += change
    const now = (this.standing.get(event.trace_id) ?? 0) + change
    if (now > 0) this.standing.set(event.trace_id, now)
    else this.standing.delete(event.trace_id)
  }

  private files(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).filter(name => /^by-.*\.jsonl$/.test(name)) : []
  }

  private *linesOf(name: string): Iterable<{ event: LabelEvent; end: number }> {
    const { file, size } = openRegular(join(this.folder, name))
    using _file = closingFile(file)
    const at = this.read.get(name) ?? 0
    const bytes = Buffer.alloc(Math.max(0, size - at))
    const length = readSync(file, bytes, 0, bytes.length, at)
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0 && end < length; end = bytes.indexOf(10, from)) {
      const event = eventIn(bytes.toString('utf8', from, end))
      from = end + 1
      this.read.set(name, at + from)
      if (event !== null) yield { event, end: at + from }
    }
  }
}

/** The labels of a store that stand: of all people, without what was taken back or said anew. */
export function readLabels(store: string, ...more: never[]): LabelEvent[] {
  refuseMore(more, 'readLabels', 'a store')
  const log = new LabelLog(store)
  log.readOn()
  return log.all().sort(byTime)
}

/** Who labels, unless told: the user of this machine. */
export function labeller(given: string | null): string {
  const by = (given ?? process.env['USER'] ?? userInfo().username).trim()
  if (by === '' || by.length > 100) throw new TracewrightError('usage', `Cannot label as '${by}': expected a name`)
  return by
}

/** Where what people said of a store is kept. */
export function labelsFolder(store: string): string {
  return join(store, 'labels')
}

function byTime(a: LabelEvent, b: LabelEvent): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0
}

/** Names of people are names of no files: what no file should be called is written as its number. */
function fileOf(by: string): string {
  return `by-${by.replace(/[^A-Za-z0-9_-]/gu, c => `.${c.codePointAt(0)!.toString(16)}.`)}.jsonl`
}

/** Lines that are damaged, or that somebody else has written, cost themselves alone. */
function eventIn(line: string): LabelEvent | null {
  const event = line === '' ? undefined : readJsonOr(line)
  if (!isObject(event)) return null
  const { at, by, trace_id: id, name, value, message } = event
  const isWhole = [at, by, id, name, value].every(part => typeof part === 'string') && (message === null || Number.isSafeInteger(message))
  const isKnown =
    name === 'tag' || name === 'note' || (name === 'verdict' ? value === 'accept' || value === 'reject' : isOwnName(String(name)))
  return isWhole && isKnown ? (event as unknown as LabelEvent) : null
}
