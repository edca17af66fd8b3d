import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { textOf } from '../../conversation/blocks.ts'
import { damageDiagnostics } from '../../conversation/damage.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import { copyReason } from '../../copy-reason.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Ledger } from '../../log/ledger.ts'
import { asSent } from './as-sent.ts'
import { toBlocks } from './content.ts'
import type { Entry } from './entry.ts'
import { gatherFacts, type ThreadFacts } from './facts.ts'
import { withExitCodes } from './outcome.ts'
import { splitPaths } from './paths.ts'
import { presumeRest } from './settle-rest.ts'
import { type Script, Teller } from './tell.ts'
import { readThread, type Thread } from './thread.ts'
import { toSchemas, uniqueSchemas } from './tools.ts'
import { countsIn } from './usage/usage.ts'
import { findOnlyCopies } from './voices/only-copies.ts'
import { findRepeats } from './voices/repeats.ts'
import { Voices } from './voices/voices.ts'

/** Turn a thread file into its row, and rows of what was rolled back if these are wanted. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  // What a thread was read as is let go before its row is passed on: whoever writes the row takes as much again.
  const { outcomes, branches } = await tellThread(unit, job)
  yield* outcomes.values()
  if (branches !== null) yield* branches
}

/** A thread's own row, or why it has none; and rows of what was rolled back, which are told one after the other. */
type Told = { outcomes: Outcome<RolloutRow>[]; branches: AsyncIterable<Outcome<RolloutRow>> | null }

async function tellThread(unit: Unit, job: ParseJob): Promise<Told> {
  const { source, ledger, options } = job
  const thread = await readThread(unit, job)
  const { replayed } = thread
  const repeats = findRepeats(thread.entries)
  for (const { place } of repeats) ledger.settle(place, 'noise', 'recorded a second time')
  if (repeats.size > 0) thread.entries = thread.entries.filter(entry => !repeats.has(entry))
  const { entries } = thread
  // Other agents write the items of the same API: bare thoughts, of all a file holds, make no conversation of Codex.
  if (entries.length > 0 && entries.every(({ kind, type, timestamp }) => kind === 'item' && type === 'reasoning' && timestamp === null)) {
    for (const { place } of entries) ledger.settle(place, 'metadata', 'thoughts of no conversation')
    return { outcomes: [], branches: null }
  }
  const voices = new Voices(entries, thread.speaker)
  const onlyCopies = findOnlyCopies(entries, voices)
  const { active, abandoned } = splitPaths(entries, entry => voices.isRequest(entry))
  const isReplayed = replayed.size === 0 ? () => false : (entry: Entry) => replayed.has(entry.place)
  const isWhole = thread.parent === null && replayed.size === 0 && options.context === 'recorded' && abandoned.length === 0
  const counts = countsIn(
    entries,
    entry => isReplayed(entry) || thread.inherited.has(entry),
    thread.parent === null && !thread.isMissingHistory,
  )
  const script = { voices, counts, isWhole, onlyCopies, system: systemPrompts(thread) }
  const shown = async (path: Entry[]) => {
    if (options.context !== 'as_sent') return thread.copied.size === 0 ? path : path.filter(entry => !thread.copied.has(entry))
    const sent = await asSent(source, path, voices)
    const places = new Set(sent.map(({ place }) => place))
    const isUnsent = (entry: Entry) => (entry.kind === 'item' || onlyCopies.has(entry)) && !places.has(entry.place) && !isReplayed(entry)
    for (const entry of path) if (isUnsent(entry)) ledger.settle(entry.place, 'metadata', 'before the last compaction')
    return sent
  }

  presumeRest(entries, isReplayed, ledger)
  const isLast = abandoned.length === 0
  const outcomes = [...play(thread, { ...script, entries: await shown(active), isReplayed, isLast }, ledger)]
  if (options.branches === 'all' && abandoned.length > 0) {
    const branches = async function* () {
      for (const [i, path] of abandoned.entries()) {
        const before = new Set(path.before.map(entry => entry.place))
        const branch = {
          ...thread,
          id: `${thread.id}#branch-${i + 1}`,
          parent: thread.id,
          relation: 'branch' as const,
          spawnCall: null,
          rewritten: null,
        }
        const isShared = (entry: Entry) => isReplayed(entry) || before.has(entry.place)
        yield* play(
          branch,
          { ...script, entries: await shown([...path.before, ...path.entries]), isReplayed: isShared, isLast: false },
          ledger,
        )
      }
      ledger.settlePresumed()
    }
    return { outcomes, branches: branches() }
  }
  for (const path of abandoned)
    for (const entry of path.entries) if (!isReplayed(entry)) ledger.settle(entry.place, 'abandoned', 'rolled back')
  ledger.settlePresumed()
  return { outcomes, branches: null }
}

function* play(thread: Thread, script: Script, ledger: Ledger): Iterable<Outcome<RolloutRow>> {
  const damage = damageDiagnostics(ledger)
  const { described, outcome, ...facts } = ownFacts(thread, script, damage)
  // A fork begins when it was made, not when what it repeats was said.
  const times = script.entries.some(script.isReplayed) ? { started_at: null, ended_at: null } : {}
  const player = new Teller(script, ledger, thread.file)
  if (!player.hasConversation) {
    if (thread.rewritten !== null) yield { reject: { at: thread.file, reason: copyReason(thread.rewritten) } }
    return
  }
  for (const { code, at, detail } of thread.oddities) player.diagnose(code, at, detail)
  const { said, usage, schemas, exitCodes, truncatedResults } = player.finish()
  const tools = uniqueSchemas([...toSchemas(thread.meta.dynamicTools), ...schemas])
  yield {
    row: assembleRow(
      {
        trace_id: thread.id,
        source_kind: 'codex',
        source_path: thread.path,
        root_session_id: thread.root,
        agent_id: thread.meta.subagent === null ? null : (thread.meta.id ?? thread.id),
        is_sidechain: thread.meta.subagent !== null,
        ...facts,
        outcome: withExitCodes(outcome, exitCodes),
        source_meta: { ...thread.described, ...described },
        parent_trace_id: thread.parent,
        relation: thread.relation,
        spawn_tool_call_id: thread.spawnCall,
        usage,
        tools: { status: tools.length > 0 ? 'recorded' : 'absent', schemas: tools },
        fidelity: { truncated_results: truncatedResults, missing_history: thread.isMissingHistory },
        diagnostics: damage,
      },
      { ...said, ...times },
    ),
  }
}

/** What a thread's own records say of it as a whole: they are looked at before they are told, for then they are let go. */
function ownFacts({ meta }: Thread, { entries, isReplayed, voices }: Script, damage: readonly Diagnostic[]): ThreadFacts {
  const own = entries.some(isReplayed) ? entries.filter(entry => !isReplayed(entry)) : entries
  return gatherFacts(
    own,
    meta,
    voices,
    damage.some(({ code }) => code === 'torn_tail'),
  )
}

/** Prompts that are recorded beside the dialogue. The user's instructions are one only where no message repeats them. */
function systemPrompts({ meta, metaEntry, entries }: Thread): Script['system'] {
  if (metaEntry === null) return []
  const prompts: Script['system'] = []
  if (meta.baseInstructions !== null) prompts.push({ text: meta.baseInstructions, label: 'base_instructions', entry: metaEntry })
  const { instructions } = meta
  const isRepeated = (text: string) =>
    entries.some(entry => entry.type === 'message' && textOf(toBlocks(entry.payload['content'])).includes(text.trim()))
  if (instructions !== null && !isRepeated(instructions)) prompts.push({ text: instructions, label: 'instructions', entry: metaEntry })
  return prompts
}
