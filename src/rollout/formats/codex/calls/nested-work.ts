import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { textOf } from '../../../conversation/blocks.ts'
import { toBlocks } from '../content.ts'
import type { Entry } from '../entry.ts'
import { scriptStateOf, scriptToolOf } from './code-mode.ts'
import { exitCodeIn, isOfPerson, outputIn, type Report, reportOf } from './reports.ts'

/** What came of looking for the calls that reported work belongs to. */
export type NestedWork = {
  byCall: ReadonlyMap<string, Entry[]> // id of the call of a script → the work it did, in order
  withoutCall: Entry[] // work for which no call is recorded
}

/**
 * Find the script that did what an event reports. In code mode one `exec` call runs many commands, tools and patches, each reported
 * under an id that no call has: it belongs to the script that was running then, else to the last one of the turn.
 */
export function findNestedWork(entries: readonly Entry[]): NestedWork {
  const scripts = new Scripts(entries)
  const byCall = new Map<string, Entry[]>()
  const withoutCall: Entry[] = []
  for (const entry of entries) {
    scripts.note(entry)
    const report = reportOf(entry)
    if (report === null || isOfPerson(report) || scripts.isCall(report.id)) continue
    const owner = scripts.ownerOf(report)
    const known = owner === null ? withoutCall : byCall.get(owner)
    if (known === undefined) byCall.set(owner!, [entry])
    else known.push(entry)
  }
  return { byCall, withoutCall }
}

/** Kinds of work that the provider does itself, for a call that names no id. */
const OF_PROVIDER = new Set(['web_search_end', 'WebSearch', 'Extension', 'image_generation_end', 'ImageGeneration'])

/** So many scripts, waits and cells are held open at a time; who leaves more open gets the oldest forgotten. */
const MAX_OPEN = 8

/** So much of a script is searched for the name of what was done. */
const MAX_SCRIPT = 10_000

/** The scripts of a thread, and which of them are running at a point of it. */
class Scripts {
  private readonly calls = new Set<string>()
  private asksProvider = false // the provider does work that a call without an id asked for
  private readonly open = new Map<string, string>() // id of an `exec` call that has no result yet → its script
  private readonly waits = new Map<string, string>() // id of a `wait` call that has none → the cell it waits for
  private readonly cells = new Map<string, string>() // cell that went on behind the result of its call → the call
  private last: string | null = null // call of this turn that ran a script last

  constructor(entries: readonly Entry[]) {
    for (const { kind, type, payload } of entries) {
      if (kind !== 'item' || !type.endsWith('_call')) continue
      this.asksProvider ||= type === 'web_search_call' || type === 'image_generation_call'
      for (const key of ['call_id', 'id']) if (typeof payload[key] === 'string') this.calls.add(payload[key])
    }
  }

  isCall(id: string | null): boolean {
    return id !== null && this.calls.has(id)
  }

  note(entry: Entry): void {
    const { kind, type, payload } = entry
    if (type === 'task_started' || type === 'turn_started') this.beginTurn()
    if (kind !== 'item') return
    const id = stringOrNull(payload['call_id']) ?? stringOrNull(payload['id'])
    const tool = scriptToolOf(entry)
    if (id === null) return
    if (tool === 'exec') {
      const script = stringOrNull(payload['input']) ?? stringOrNull(payload['arguments']) ?? ''
      keep(this.open, id, script.slice(0, MAX_SCRIPT))
      this.last = id
    } else if (tool === 'wait') keep(this.waits, id, cellIn(entry) ?? '')
    else if (type.endsWith('_output')) this.noteResult(id, payload)
  }

  /** What a turn left without a result when it was broken off does not run on in the next. */
  private beginTurn(): void {
    this.last = null
    this.open.clear()
    this.waits.clear()
  }

  private noteResult(id: string, payload: JsonObject): void {
    const waited = this.waits.get(id)
    if (waited === undefined && !this.open.has(id)) return
    const state = scriptStateOf(textOf(toBlocks(payload['output']).slice(0, 1)))
    if (waited !== undefined && state?.status !== 'running') this.cells.delete(waited)
    else if (state?.cell != null && this.open.has(id)) keep(this.cells, state.cell, id)
    this.waits.delete(id)
    this.open.delete(id)
  }

  /** The call whose script did the work; null where none was running. */
  ownerOf(report: Report): string | null {
    const running = [...this.open.keys()]
    if (running.length > 1) {
      // Of scripts that run side by side, the one that names what was done.
      const named = namesIn(report.work)
      return running.findLast(id => named.some(name => this.open.get(id)!.includes(name))) ?? running.at(-1)!
    }
    if (running.length === 1) return running[0]!
    if (this.asksProvider && OF_PROVIDER.has(report.kind)) return null
    const waited = [...this.waits.values()].map(cell => this.cells.get(cell)).findLast(call => call !== undefined)
    return waited ?? this.last ?? [...this.cells.values()].at(-1) ?? null
  }
}

function keep(map: Map<string, string>, key: string, value: string): void {
  map.set(key, value)
  if (map.size > MAX_OPEN) map.delete(map.keys().next().value!)
}

function cellIn({ payload }: Entry): string | null {
  const args = parseJson(stringOrNull(payload['arguments']) ?? '')
  return isObject(args) && args['cell_id'] !== undefined ? String(args['cell_id']) : null
}

/** Words of a report that its script may hold. */
function namesIn({ command, tool }: JsonObject): string[] {
  const written = Array.isArray(command) ? command.at(-1) : command
  return [written, tool].filter((name): name is string => typeof name === 'string' && name !== '')
}

/** Fields of a report that say nothing of the work. */
const LEFT_OUT = new Set([
  ...['type', 'turn_id', 'thread_id', 'timestamp', 'call_id', 'callId', 'event_id', 'id', 'parsed_cmd', 'duration'],
  ...['result', 'results', 'content_items', 'contentItems', 'aggregated_output', 'started_at_ms', 'completed_at_ms'],
])

/** A piece of nested work as a row tells it. `shown`: what the model was shown of its script's results, which is not told again. */
export function describeWork(entry: Entry, shown: string): JsonObject {
  const report = reportOf(entry)!
  const { kind, id, work } = report
  const fields = Object.entries(work).filter(([key, value]) => !LEFT_OUT.has(key) && value !== null && value !== '')
  const output = textOf(outputIn(report))
  return {
    type: kind,
    ...(id === null ? {} : { id }),
    ...Object.fromEntries(fields),
    ...(output === '' || shown.includes(output) ? {} : { output }),
  }
}

/** The exit code of what a script ran, where it ran one command and nothing else. */
export function soleExitCode(nested: readonly Entry[]): number | null {
  const report = nested.length === 1 ? reportOf(nested[0]!) : null
  return report === null ? null : exitCodeIn(report)
}
