import { type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow, type SessionFacts } from '../../conversation/assemble.ts'
import { damageDiagnostics } from '../../conversation/damage.ts'
import type { Diagnostic, RolloutRow, Usage } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { beginsUnasked, type CaptureEnd, endedAs } from './capture.ts'
import type { Entry } from './entry.ts'
import { describe } from './facts.ts'
import { logFile } from './files.ts'
import { type Origins, originsOf } from './origins.ts'
import { linkOutputs } from './outputs.ts'
import { lastContext } from './paths/context.ts'
import { splitRetracted } from './paths/retracted.ts'
import { splitRewinds } from './paths/rewinds.ts'
import { splitSegments } from './paths/segments.ts'
import { type Sidechain, splitSidechains } from './paths/sidechains.ts'
import { snapshotInForce, toolsUnder } from './prompt-snapshot.ts'
import { type Log, readLog } from './read.ts'
import { type Telling, tell } from './tell.ts'

/** Turn a session's file into rows: the session, what it did after each `/clear`, its rewound paths, the agents that ran inside it. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  // What a log was read as is let go before its last row is passed on: whoever writes the row takes as much again.
  const steps = await stepsOf(unit, job)
  while (steps.length > 0) {
    const outcome = nextOf(steps)
    if (outcome !== null) yield outcome
  }
}

/** Makes a row, or settles records that no row is made of. */
type Step = (isLast: boolean) => Outcome<RolloutRow> | null

/** What is to be done with a log, the last step first. Nothing but the steps holds what was read. */
async function stepsOf(unit: Unit, job: ParseJob): Promise<Step[]> {
  const file = logFile(unit.files[0]!)
  const log = await readLog(job, file.path)
  const origins = await originsOf(job.source, file, log)
  const session = new Session(job, log, origins)
  return [...(file.agentId !== null ? session.agentRows() : session.rows())].reverse()
}

/** Do the next step, which whoever is passed its row does not hold. */
function nextOf(steps: Step[]): Outcome<RolloutRow> | null {
  return steps.pop()!(steps.length === 0)
}

/** What sets one thread of a session apart from the others. */
type ThreadFacts = Pick<SessionFacts, 'trace_id'> & Partial<SessionFacts>

class Session {
  private readonly job: ParseJob
  private readonly log: Log
  private readonly origins: Origins
  private damage: Diagnostic[] // told on the file's first row
  private cost: JsonObject | null // of the whole session, likewise
  private capture: CaptureEnd | null // likewise

  constructor(job: ParseJob, log: Log, origins: Origins) {
    this.job = job
    this.log = log
    this.origins = origins
    this.damage = [...log.diagnostics, ...damageDiagnostics(job.ledger)]
    this.cost = log.notes.cost
    this.capture = log.notes.capture
  }

  /** The file of a spawned agent is one conversation. */
  *agentRows(): Iterable<Step> {
    yield isLast => this.thread(this.log.entries, this.origins.facts, { spawnedBy: 'agent', isLast })
  }

  *rows(): Iterable<Step> {
    const { main, sidechains } = splitSidechains(this.log.entries)
    const id = this.origins.facts.trace_id
    let previous: string | null = null
    let number = 1
    for (const segment of splitSegments(main)) {
      if (!segment.some(({ said }) => said.kind !== 'link')) continue
      const segmentId: string = number === 1 ? id : `${id}#${number}`
      number++
      const facts: ThreadFacts = { ...this.origins.facts, trace_id: segmentId }
      if (previous !== null) {
        const isStranger = isOfAnotherSession(segment, main)
        Object.assign(
          facts,
          isStranger
            ? { root_session_id: segmentId, parent_trace_id: null, relation: null }
            : { parent_trace_id: previous, relation: 'reset' },
        )
      }
      yield* this.withBranches(segment, facts, previous !== null)
      previous = segmentId
    }
    for (const [i, chain] of sidechains.entries()) yield isLast => this.sidechain(chain, i + 1, main, isLast)
  }

  private *withBranches(entries: Entry[], facts: ThreadFacts, startsAfterClear: boolean): Iterable<Step> {
    const { active, abandoned } = splitRewinds(entries)
    yield isLast => this.thread(active, facts, { startsAfterClear, isLast })
    for (const [i, path] of abandoned.entries()) {
      if (this.job.options.branches === 'active') {
        yield () => this.settle(path.own, 'rewound')
        continue
      }
      const shared = new Set(path.shared)
      const isReplay = (entry: Entry) => shared.has(entry) || this.origins.isReplay(entry)
      const trace_id = `${facts.trace_id}#branch-${i + 1}`
      const own: ThreadFacts = { ...facts, trace_id, parent_trace_id: facts.trace_id, relation: 'branch' }
      yield () => this.thread([...path.shared, ...path.own], own, { startsAfterClear, isReplay })
    }
  }

  private sidechain(chain: Sidechain, number: number, main: readonly Entry[], isLast: boolean): Outcome<RolloutRow> | null {
    const session = this.origins.facts.trace_id
    if (chain.agentId !== null && this.origins.hasAgentFile(chain.agentId)) {
      for (const entry of chain.entries)
        for (const place of entry.places) this.job.ledger.settle(place, 'replay', 'stands in the file of the agent')
      return null
    }
    const call = spawningCall(chain, main)
    return this.thread(
      chain.entries,
      {
        ...this.origins.facts,
        trace_id: `${session}:${chain.agentId ?? `sidechain-${number}`}`,
        agent_id: chain.agentId ?? `sidechain-${number}`,
        is_sidechain: true,
        parent_trace_id: session,
        relation: 'subagent',
        spawn_tool_call_id: call,
      },
      { spawnedBy: 'agent', isLast },
    )
  }

  private thread(entries: Entry[], facts: ThreadFacts, how: Partial<Telling>): Outcome<RolloutRow> | null {
    const { job, log, origins } = this
    const { kept, retracted } = splitRetracted(entries)
    this.settle(retracted, 'taken back')
    const asSent = job.options.context === 'as_sent'
    const context = asSent ? lastContext(kept) : { kept, dropped: [] }
    const snapshot = snapshotInForce(kept, asSent)
    const described = describe(context.kept, kept, log.entries, log.notes)
    const tools = toolsUnder(kept, snapshot, log.notes.deferredTools)
    const told = tell(
      context.kept,
      {
        sourcePath: origins.path,
        isReplay: entry => origins.isReplay(entry),
        replacements: log.notes.replacements,
        cleared: asSent ? log.notes.compactedResults : new Set(),
        spawnedBy: 'human',
        trains: origins.trains,
        startsAfterClear: false,
        snapshot,
        isLast: false,
        ...how,
      },
      job.ledger,
    )
    this.settleUnsent(context.dropped)
    linkOutputs(told.persisted, origins.outputs)
    if (told.said.messages.length === 0) return null
    const source_meta: JsonObject = { ...described.source_meta, ...facts.source_meta }
    if (this.cost !== null) source_meta['cost_state'] = this.cost
    if (this.capture !== null) source_meta['result'] = this.capture.detail
    const row = assembleRow(
      {
        source_kind: 'claude_code',
        source_path: job.source.absolute(origins.path),
        ...described.columns,
        ...facts,
        source_meta,
        tools,
        ...this.priced(told.said.usage),
        outcome: endedAs(told.outcome, this.capture),
        fidelity: {
          truncated_results: told.persisted.length,
          missing_history: described.missingHistory || log.notes.forkContext !== null || beginsUnasked(log.notes, told.said.messages),
        },
        diagnostics: [...(facts.diagnostics ?? []), ...this.damage],
      },
      told.said,
    )
    this.damage = []
    this.cost = null
    this.capture = null
    return { row }
  }

  /** The usage with what the session's state of costs says: of all its rows together, agents included. */
  private priced(usage: Usage | null): { usage?: Usage } {
    const total = numberOrNull(this.cost?.['totalCostUSD']) ?? this.capture?.cost ?? null
    // Where a model has no known price, the total is not one.
    if (usage === null || usage.cost_usd !== null || total === null || this.cost?.['hasUnknownModelCost'] === true) return {}
    return { usage: { ...usage, cost_usd: total } }
  }

  private settleUnsent(entries: readonly Entry[]): void {
    const { ledger } = this.job
    for (const { places } of entries)
      for (const place of places) if (!ledger.isSettled(place)) ledger.settle(place, 'metadata', 'before the last compaction')
  }

  private settle(entries: readonly Entry[], reason: string): null {
    for (const entry of entries) for (const place of entry.places) this.job.ledger.settle(place, 'abandoned', reason)
    return null
  }
}

/** Whether a segment was written into this file by a session that none of the records before it names. */
function isOfAnotherSession(segment: readonly Entry[], main: readonly Entry[]): boolean {
  const session = segment[0]!.setting.sessionId
  const before = main.slice(0, main.indexOf(segment[0]!))
  return segment[0]!.parent === undefined && session !== null && before.every(({ setting }) => setting.sessionId !== session)
}

/** The call that spawned a sidechain: the one with its prompt, else the only one of the record it hangs on. */
function spawningCall(chain: Sidechain, main: readonly Entry[]): string | null {
  const first = chain.entries.find(({ said }) => said.kind === 'user')?.said
  const text = first?.kind === 'user' ? first.content.map(block => block['text']).join('\n\n') : null
  let hung: string | null = null
  for (const { uuid, said } of main) {
    if (said.kind !== 'model') {
      if (said.kind === 'user' && chain.agentId !== null)
        for (const { callId, extra } of said.results) if (extra['agent_id'] === chain.agentId) return callId
      continue
    }
    if (said.pieces.some(piece => piece.kind === 'call' && piece.id !== null && piece.id === chain.agentId)) return chain.agentId
    const calls = said.pieces.flatMap(piece => (piece.kind === 'call' && piece.prompt !== null ? [piece] : []))
    const same = calls.find(({ prompt }) => prompt === text)
    if (same !== undefined) return same.id
    if (uuid !== null && uuid === chain.follows && calls.length === 1) hung = calls[0]!.id
  }
  return hung
}
