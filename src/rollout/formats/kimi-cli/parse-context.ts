import type { JsonObject } from '../../../json/json.ts'
import { isObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { BrokenOff } from './broken-off.ts'
import type { UnitHint } from './discover.ts'
import { type Kin, kinOf, readBeside, spawnsOf, workingFolder } from './lineage-cli.ts'
import { rotationOf } from './rotations.ts'
import { isContextRecord, isWireRecord } from './sniff.ts'
import { ContextTeller, holdsTalk } from './tell-context.ts'
import { settleNote, tellWire } from './tell-wire.ts'
import { Shown } from './wire.ts'

/** The row of a session of Kimi CLI, or of an agent in it, and one for each path that was taken back where all branches are asked for. */
export async function* parseContext(unit: Unit, job: ParseJob): AsyncIterable<RolloutRow> {
  const { kind, rotated, wire } = unit.hint as UnitHint
  const file = unit.files[0]!
  const own = await readEntries(job, file, { isRecord: kind === 'wire' ? isWireRecord : isContextRecord })
  const before: Entry[][] = []
  for (const path of rotated) before.push(await readEntries(job, path, { isRecord: isContextRecord }))
  const seen = kind === 'wire' ? own : wire === null ? [] : await readEntries(job, wire, { isRecord: isWireRecord })
  const contexts = kind === 'wire' ? [] : [...before, own]
  const facts = await factsOf(job, file)
  const isSent = job.options.context === 'as_sent'
  if (!contexts.some(holdsTalk)) {
    for (const { place } of contexts.flat()) job.ledger.settle(place, 'metadata', 'context without messages')
    const dialogue = new ChatDialogue(job.ledger, file, ownerOf(facts.kin))
    tellWire(dialogue, job.ledger, seen)
    yield rowOf(job, file, facts, dialogue, new Shown(seen))
    return
  }
  const broken = new BrokenOff(seen, contexts)
  const ofBroken = new Set(broken.entries)
  for (const entry of seen) if (!ofBroken.has(entry)) settleNote(job.ledger, entry)
  const stretches = stretchesOf(contexts)
  const dialogue = new ChatDialogue(job.ledger, file, ownerOf(facts.kin))
  const shown = new Shown(seen)
  const teller = new ContextTeller(dialogue, job.ledger, shown, isSent ? null : broken)
  for (const { entries, rotation, left } of isSent ? stretches.slice(-1) : stretches) {
    if (!isSent && rotation !== null) dialogue.cut(rotation.boundary)
    const gone = new Set(left)
    for (const entry of entries)
      if (gone.has(entry)) continue
      else if (!isSent && rotation?.repeated.has(entry)) job.ledger.settle(entry.place, 'replay', 'repeats the file before it')
      else teller.tell(entry, false)
  }
  teller.breakOff(null)
  yield rowOf(job, file, facts, dialogue, shown)
  for (const entry of broken.entries) settleNote(job.ledger, entry)
  for (const [i, { entries, left }] of stretches.entries()) {
    if (isSent && i < stretches.length - 1) settleUnsent(job, entries, left)
    if (left.length > 0) yield* leftRow(job, file, facts, entries, left, seen)
  }
}

/** What one file of a context holds, how it follows from the one before, and what of it was taken back. */
type Stretch = { entries: Entry[]; rotation: ReturnType<typeof rotationOf> | null; left: Entry[] }

function stretchesOf(contexts: readonly Entry[][]): Stretch[] {
  const stretches: Stretch[] = []
  for (const entries of contexts) {
    const last = stretches.at(-1)
    const rotation = last === undefined ? null : rotationOf(last.entries, entries)
    if (last !== undefined && rotation !== null) last.left = rotation.left
    stretches.push({ entries, rotation, left: [] })
  }
  return stretches
}

function settleUnsent({ ledger }: ParseJob, entries: readonly Entry[], left: readonly Entry[]): void {
  const gone = new Set(left)
  for (const entry of entries) if (!gone.has(entry)) ledger.settle(entry.place, 'metadata', 'before the last compaction')
}

/** A path that was taken back: a row of its own, or abandoned. */
function* leftRow(job: ParseJob, file: string, facts: Facts, entries: readonly Entry[], left: readonly Entry[], seen: readonly Entry[]) {
  if (job.options.branches === 'active' || !holdsTalk(left)) {
    for (const { place } of left) job.ledger.settle(place, 'abandoned', 'taken back')
    return
  }
  const gone = new Set(left)
  const dialogue = new ChatDialogue(job.ledger, file, ownerOf(facts.kin))
  const teller = new ContextTeller(dialogue, job.ledger, new Shown(seen))
  for (const entry of entries) teller.tell(entry, !gone.has(entry))
  const row = rowOf(job, file, facts, dialogue, new Shown([]))
  const outcome: RolloutOutcome = { status: 'unknown', reward: null, detail: { taken_back: true } }
  const { place } = left[0]!
  const id = `${row.trace_id}#${place.file
    .split('/')
    .at(-1)!
    .replace(/\.jsonl$/, '')}:${place.line}`
  yield { ...row, trace_id: id, parent_trace_id: row.trace_id, relation: 'branch' as const, spawn_tool_call_id: null, outcome }
}

type Facts = { kin: Kin; state: JsonObject; meta: JsonObject; cwd: string | null; spawn: string | null }

async function factsOf({ source }: ParseJob, file: string): Promise<Facts> {
  const { state, meta } = await readBeside(source, file)
  const kin = kinOf(file, meta)
  const spawn = kin.parentFolder === null ? null : ((await spawnsOf(source, kin.parentFolder)).get(kin.agent ?? '') ?? null)
  return { kin, state, meta, cwd: await workingFolder(source, file), spawn }
}

const ownerOf = ({ agent }: Kin) => (agent === null ? 'human' : 'agent')

function rowOf(job: ParseJob, file: string, { kin, state, meta, cwd, spawn }: Facts, dialogue: ChatDialogue, shown: Shown): RolloutRow {
  const said = dialogue.finish()
  const launched = isObject(meta['launch_spec']) ? stringOrNull(meta['launch_spec']['effective_model']) : null
  return assembleRow(
    {
      trace_id: kin.id,
      source_kind: 'kimi_cli',
      source_path: job.source.absolute(file),
      root_session_id: kin.session,
      agent_id: kin.agent,
      is_sidechain: kin.agent !== null,
      cwd,
      timestamps: [...shown.times, ...[meta['created_at'], meta['updated_at']].flatMap(time => isoTime(numberOrNull(time)) ?? [])],
      models: launched === null ? [] : [launched],
      source_meta: {
        session_id: kin.session,
        ...(shown.version === null ? {} : { protocol_version: shown.version }),
        ...restOf(state, TOLD),
        ...(Object.keys(meta).length > 0 ? { agent: restOf(meta, META_TOLD) } : {}),
      },
      parent_trace_id: kin.parent,
      relation: kin.agent === null ? null : 'subagent',
      spawn_tool_call_id: spawn,
      outcome: ended(meta, outcomeOfEnd(said, shown.ending)),
    },
    said,
  )
}

const TOLD = new Set(
  'version approval additional_dirs wire_mtime todos title_generate_attempts auto_archive_exempt title_generated'.split(' '),
)
const META_TOLD = new Set(['agent_id', 'created_at', 'updated_at', 'launch_spec'])

/** What is listed of a spawned agent comes before how its last turn looks. */
function ended({ status }: JsonObject, outcome: RolloutOutcome): RolloutOutcome {
  if (status === 'failed') return { ...outcome, status: 'failed', detail: { status } }
  return status === 'killed' ? { ...outcome, status: 'interrupted', detail: { status } } : outcome
}
