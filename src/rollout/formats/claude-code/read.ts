import { readJsonOr, writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import type { ParseJob } from '../../format.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { type PlacedRecord, readRuns } from '../../log/lines.ts'
import { type Resumable, resumed } from '../../log/resume.ts'
import { readAssistant } from './assistant.ts'
import { readAttachment } from './attachment.ts'
import { readContent } from './content.ts'
import { type Entry, momentAt, NOWHERE, type Said, type Setting } from './entry.ts'
import { type SkippedLink, skipNoise } from './noise.ts'
import { Notes } from './notes.ts'
import { resolveQueue } from './queue.ts'
import { readSystem } from './system.ts'
import { readUser } from './user.ts'

/** A log file, read: what was said in file order, what it says of its session, and what was odd. */
export type Log = { entries: Entry[]; notes: Notes; diagnostics: Diagnostic[] }

/** Read a log file. Every record is either settled in the ledger or in an entry that will be. */
export async function readLog(job: ParseJob, path: string): Promise<Log> {
  const { source, ledger } = job
  const reader = new LogReader(ledger)
  const skip = (bytes: Buffer) => skipNoise(bytes, link => reader.link(link))
  for await (const run of readRuns(source, path, ledger, { isRecord, skip, ...resumed(job, path, reader) }))
    for (const record of run) reader.take(record)
  return { entries: resolveQueue(reader.entries, reader.notes, ledger), notes: reader.notes, diagnostics: reader.diagnostics }
}

/** Whether an object found on a damaged line is a record, and not a message or block inside of one. */
export function isRecord(record: JsonObject): boolean {
  const type = record['type']
  if (typeof type !== 'string') return false
  if (typeof record['sessionId'] === 'string' || typeof record['session_id'] === 'string') return true
  if ((type === 'user' || type === 'assistant') && isObject(record['message']))
    return 'parentUuid' in record || ('content' in record['message'] && typeof record['timestamp'] === 'string')
  return (
    (type === 'summary' && typeof record['summary'] === 'string') ||
    (type === 'file-history-snapshot' && 'snapshot' in record) ||
    (type === 'attachment' && isObject(record['attachment']))
  )
}

type LogState = {
  entries: Entry[]
  notes: Notes
  diagnostics: Diagnostic[]
  settings: Map<string, Setting>
  lastSetting: Setting
  noIds: Set<string>
}

class LogReader implements Resumable<LogState> {
  entries: Entry[] = []
  readonly notes = new Notes()
  diagnostics: Diagnostic[] = []
  private readonly ledger: Ledger
  private settings = new Map<string, Setting>()
  private readonly seen = new Map<string, Entry>()
  private lastSetting = NOWHERE
  private noIds = new Set<string>() // words that stand in the place of ids: a scrubbed log has one for all of them
  private lastUuid: string | null = null

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  state(): LogState {
    const { entries, notes, diagnostics, settings, lastSetting, noIds } = this
    return { entries, notes, diagnostics, settings, lastSetting, noIds }
  }

  takeUp({ notes, ...state }: LogState): void {
    Object.assign(this, state)
    Object.assign(this.notes, notes) // the fields alone: what a state holds is plain data
    for (const entry of this.entries) this.remember(entry)
  }

  /** A record that was not decoded. */
  link({ uuid, parent, isSidechain, timestamp }: SkippedLink): void {
    const entry: Entry = { ...this.blank(), uuid, parent, sidechain: isSidechain, timestamp, said: { kind: 'link' } }
    if (!this.seen.has(uuid)) this.entries.push(this.remember(entry))
  }

  take({ record, text, place }: PlacedRecord): void {
    this.notes.observe(record)
    const said = this.read(record, text, place)
    const timestamp = stringOrNull(record['timestamp'])
    if (said === null) {
      if (timestamp !== null) this.entries.push(momentAt(timestamp))
      return
    }
    const entry: Entry = {
      places: [place],
      uuid: this.own(record['uuid']),
      parent: this.parent(record['parentUuid']),
      logicalParent: uuidOf(record['logicalParentUuid']),
      sidechain: record['isSidechain'] === true || uuidOf(record['parent_tool_use_id']) !== null,
      agentId: uuidOf(record['agentId']) ?? uuidOf(record['parent_tool_use_id']),
      setting: this.setting(record),
      timestamp,
      said,
    }
    const twin = entry.uuid === null ? undefined : this.seen.get(entry.uuid)
    if (twin === undefined) this.entries.push(this.remember(entry))
    else this.takeTwin(entry, twin, place)
  }

  /** What a record says; null where nothing needs to be kept in order. Settles what is not part of the conversation. */
  private read(record: JsonObject, text: string, place: Place): Said | null {
    const type = record['type']
    if (type === 'user' || type === 'assistant') {
      const said = type === 'user' ? readUser(record) : readAssistant(record, text)
      if (said === null) this.ledger.settle(place, 'unparsed', 'no message content')
      else if (said.kind === 'user' && record['isVisibleInTranscriptOnly'] === true && said.boundary === null) {
        this.ledger.settle(place, 'metadata', 'shown to the person only')
        return { kind: 'link' }
      } else if (said.kind === 'failure') this.ledger.settle(place, 'metadata', 'error in place of an answer')
      return said
    }
    if (type === 'system') return this.readSystem(record, place)
    if (type === 'attachment') return this.readAttachment(record, place)
    if (type === 'queue-operation')
      return { kind: 'queue', operation: stringOrNull(record['operation']) ?? '', content: readContent(unfold(record['content'])).blocks }
    if (type === 'progress' || type === 'stream_event') this.ledger.settle(place, 'noise', type)
    else if (type === 'file-history-snapshot' || type === 'file-history-delta') this.ledger.settle(place, 'noise', type)
    else if (this.notes.take(record)) this.ledger.settle(place, 'metadata', String(type))
    else this.unknown(record, stringOrNull(type) ?? 'record without a type', place)
    return type === 'progress' || uuidOf(record['uuid']) !== null ? { kind: 'link' } : null
  }

  private readSystem(record: JsonObject, place: Place): Said {
    const read = readSystem(record)
    if (record['subtype'] === 'microcompact_boundary') this.notes.takeMicrocompaction(record)
    if (record['subtype'] === 'init') this.notes.takeInit(record)
    if (read === null) this.unknown(record, `system/${record['subtype']}`, place)
    else if ('bucket' in read) this.ledger.settle(place, read.bucket, read.reason)
    else {
      if (read.said.kind !== 'user') this.ledger.settle(place, 'metadata', String(record['subtype']))
      return read.said
    }
    return { kind: 'link' }
  }

  private readAttachment(record: JsonObject, place: Place): Said {
    const attachment = isObject(record['attachment']) ? record['attachment'] : {}
    const said = readAttachment(attachment, record['rendered'])
    if (attachment['type'] === 'deferred_tools_record') this.notes.takeDeferredTools(attachment)
    if (said !== null && said !== 'aside') return said
    if (said === null) this.unknown(record, `attachment/${stringOrNull(attachment['type']) ?? ''}`, place)
    else {
      this.notes.takeAttachment(attachment)
      this.ledger.settle(place, 'metadata', `attachment ${attachment['type']}`)
    }
    return { kind: 'link' }
  }

  private unknown(record: JsonObject, type: string, place: Place): void {
    this.ledger.unknown(place, type, stringOrNull(record['version']) ?? this.lastSetting.version)
  }

  /**
   * A second record of one id: dropped when it says the same, reported when it does not. A response may grow; and what stands on records
   * of several kinds is the id of none.
   */
  private takeTwin(entry: Entry, twin: Entry, place: Place): void {
    const same = fingerprint(entry.said) === fingerprint(twin.said)
    if (!same && entry.said.kind === 'model' && twin.said.kind === 'model') {
      this.entries.push({ ...entry, uuid: null, parent: twin.uuid })
      return
    }
    if (entry.said.kind !== twin.said.kind && (entry.said.kind === 'user' || entry.said.kind === 'model')) {
      this.noIds.add(entry.uuid!)
      this.entries.push({ ...entry, uuid: null, parent: undefined })
      return
    }
    if (!same && entry.said.kind === 'user') {
      const detail = { uuid: entry.uuid, text: textOf(entry.said.content), results: entry.said.results.map(({ content }) => content) }
      this.diagnostics.push({ code: 'conflicting_duplicate', at: `${place.file}:${place.line}`, detail })
    }
    this.ledger.settle(place, 'merged', 'record that stands twice')
  }

  private remember(entry: Entry): Entry {
    if (entry.uuid !== null) this.seen.set((this.lastUuid = entry.uuid), entry)
    return entry
  }

  /** Null: it follows nothing; undefined: it does not say. Nearly every record follows the one before it, and shares its id. */
  private parent(recorded: Json | undefined): string | null | undefined {
    if (recorded === null) return null
    return recorded === this.lastUuid && this.noIds.size === 0 ? this.lastUuid : (this.own(recorded) ?? undefined)
  }

  private own(recorded: Json | undefined): string | null {
    const uuid = uuidOf(recorded)
    return uuid !== null && this.noIds.size > 0 && this.noIds.has(uuid) ? null : uuid
  }

  private blank(): Omit<Entry, 'said'> {
    return {
      places: [],
      uuid: null,
      parent: null,
      logicalParent: null,
      sidechain: false,
      agentId: null,
      setting: this.lastSetting,
      timestamp: null,
    }
  }

  /** Equal settings are one object, or their strings would outweigh short messages. */
  private setting(record: JsonObject): Setting {
    if (isWrittenAs(record, this.lastSetting)) return this.lastSetting
    const setting: Setting = {
      sessionId: uuidOf(record['sessionId']) ?? uuidOf(record['session_id']),
      cwd: stringOrNull(record['cwd']),
      gitBranch: stringOrNull(record['gitBranch']),
      version: stringOrNull(record['version']) ?? stringOrNull(record['claude_code_version']),
      entrypoint: stringOrNull(record['entrypoint']),
      slug: stringOrNull(record['slug']),
      team: stringOrNull(record['teamName']),
    }
    const key = Object.values(setting).join('\0')
    const known = this.settings.get(key)
    if (known === undefined) this.settings.set(key, setting)
    this.lastSetting = known ?? setting
    return this.lastSetting
  }
}

/** Whether a record plainly names the same setting, as nearly every one names that of the record before it. */
function isWrittenAs(record: JsonObject, setting: Setting): boolean {
  return (
    setting.sessionId !== null &&
    record['sessionId'] === setting.sessionId &&
    (record['cwd'] ?? null) === setting.cwd &&
    (record['gitBranch'] ?? null) === setting.gitBranch &&
    (record['version'] ?? null) === setting.version &&
    (record['entrypoint'] ?? null) === setting.entrypoint &&
    (record['slug'] ?? null) === setting.slug &&
    (record['teamName'] ?? null) === setting.team
  )
}

/** An id is a word; scrubbed logs put phrases in its place, the same for many records. */
function uuidOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && !/\s/.test(value) ? value : null
}

/** The queue holds prompts as text, or as blocks written out as text. */
function unfold(content: JsonObject[string] | undefined): JsonObject[string] {
  if (typeof content !== 'string' || !content.startsWith('[{"type":')) return content ?? null
  return readJsonOr(content) ?? content
}

function fingerprint(said: Said): string {
  if (said.kind === 'user') return writeJson([said.content, said.results.map(({ callId, content }) => [callId, content])])
  return said.kind === 'model' ? writeJson(said.pieces) : said.kind
}
