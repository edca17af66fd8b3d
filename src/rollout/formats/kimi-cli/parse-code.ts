import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries } from '../../log/entries.ts'
import { withBlobs } from './blobs.ts'
import { stateOf } from './discover.ts'
import { type Item, pathTo } from './item.ts'
import { type Kin, kinOf, spawnsOf } from './lineage-code.ts'
import { type Event, History } from './paths.ts'
import { isCodeRecord } from './sniff.ts'
import { Teller } from './tell-code.ts'

/** The row of an agent of Kimi Code, and one for each path that was taken back where all branches are asked for. */
export async function* parseCode(unit: Unit, job: ParseJob): AsyncIterable<RolloutRow> {
  const file = unit.files[0]!
  const entries = await readEntries(job, file, { isRecord: isCodeRecord })
  const history = new History(job.ledger)
  for (const entry of entries) history.take(entry)
  const path = stateOf(job.source, file)
  const read = path === null ? null : await job.source.json(path).catch(() => null)
  const state = isObject(read) ? read : {}
  const kin = kinOf(file, state)
  const spawn = kin.parentFile === null ? null : ((await spawnsOf(job.source, kin.parentFile)).get(kin.agent) ?? null)
  const telling: Telling = { job, file, state, kin, spawn, history, times: entries.flatMap(({ record }) => isoTime(record['time']) ?? []) }
  const row = rowOf(telling, job.options.context === 'as_sent' ? sentOf(telling) : recordedOf(history))
  yield await withBlobs(job.source, file, row)
  for (const own of history.left)
    if (job.options.branches === 'all') {
      const steps = [...pathTo(own[0]!).map(item => ({ item, isReplay: true })), ...own.map(item => ({ item, isReplay: item.isReplay }))]
      const id = `${kin.id}#${own[0]!.entries[0]!.place.line}`
      const outcome = { status: 'unknown' as const, reward: null, detail: { undone: true } }
      const branch = { trace_id: id, parent_trace_id: kin.id, relation: 'branch' as const, spawn_tool_call_id: null, outcome }
      yield await withBlobs(job.source, file, { ...rowOf(telling, steps), ...branch })
    } else for (const { entries: taken } of own) for (const { place } of taken) job.ledger.settle(place, 'abandoned', 'taken back')
}

type Step = Exclude<Event, { item: Item }> | { item: Item; isReplay: boolean }

type Telling = { job: ParseJob; file: string; state: JsonObject; kin: Kin; spawn: string | null; history: History; times: string[] }

/** All that was said and not taken back. */
function recordedOf({ events }: History): Step[] {
  return events.flatMap((event): Step[] => {
    if (!('item' in event)) return [event]
    return event.item.wasUndone ? [] : [{ item: event.item, isReplay: event.item.isReplay }]
  })
}

/** What the model was given at the end. */
function sentOf({ history: { events, current }, job: { ledger } }: Telling): Step[] {
  const prompt = events.findLast(event => 'prompt' in event)
  const isSent = new Set(current)
  for (const event of events) {
    const gone =
      'prompt' in event ? (event === prompt ? [] : [event.prompt]) : 'item' in event && !isSent.has(event.item) ? event.item.entries : []
    if ('item' in event && event.item.wasUndone) continue
    for (const { place } of gone) ledger.settle(place, 'metadata', 'before the last compaction')
  }
  return [...(prompt === undefined ? [] : [prompt]), ...current.map(item => ({ item, isReplay: item.isReplay }))]
}

function rowOf({ job, file, state, kin, spawn, history, times }: Telling, steps: readonly Step[]): RolloutRow {
  const dialogue = new ChatDialogue(job.ledger, file, kin.parent === null || kin.isFork ? 'human' : 'agent')
  const teller = new Teller(dialogue)
  for (const step of steps)
    if ('cut' in step) dialogue.cut(step.cut)
    else if ('prompt' in step) teller.instruct(step.prompt, step.isReplay)
    else teller.tell(step.item, step.isReplay)
  const said = dialogue.finish()
  const { cwd = null, ...known } = history.facts
  const schemas = toolSchemas(history.tools)
  return assembleRow(
    {
      trace_id: kin.id,
      source_kind: 'kimi_cli',
      source_path: job.source.absolute(file),
      root_session_id: kin.root,
      agent_id: kin.isFork || kin.parent === null ? null : kin.agent,
      is_sidechain: !kin.isFork && kin.parent !== null,
      cwd: stringOrNull(state['workDir']) ?? stringOrNull(state['cwd']) ?? stringOrNull(cwd),
      timestamps: times,
      source_meta: { session_id: kin.session, ...restOf(known, new Set()), ...restOf(state, TOLD) },
      parent_trace_id: kin.parent,
      relation: kin.parent === null ? null : kin.isFork ? 'fork' : 'subagent',
      spawn_tool_call_id: spawn,
      ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
      outcome: outcomeOfEnd(said, history.ending),
    },
    said,
  )
}

const TOLD = new Set(['id', 'agents', 'workDir', 'cwd', 'createdAt', 'updatedAt', 'custom', 'version', 'lastPrompt'])
