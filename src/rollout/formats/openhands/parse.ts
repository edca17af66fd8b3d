import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries, readRecord } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import { readCompletion } from './completion.ts'
import type { UnitHint } from './discover.ts'
import { isEvent } from './sniff.ts'
import { Teller, usageOfStats } from './tell.ts'

/** Turn a conversation, or a completion, into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const file = unit.files[0]!
  if (kind === 'completion') {
    yield { row: await readCompletion(job, file) }
    return
  }
  const { entries, state } =
    kind === 'folder' ? await readFolder(job, unit.files) : { entries: await readEntries(job, file, { isRecord: isEvent }), state: {} }
  const dialogue = new ChatDialogue(job.ledger, file)
  const events = new Teller(dialogue, job.ledger)
  for (const entry of sentOf(entries, job)) events.tell(entry)
  const said = dialogue.finish()
  const folder = posix.dirname(posix.dirname(file))
  const id =
    stringOrNull(state['id']) ??
    (kind === 'folder' && folder !== '.' ? posix.basename(folder) : posix.basename(plainName(file)).replace(/\.jsonl?$/, ''))
  const { usage, models } = usageOfStats(events.stats ?? (isObject(state['stats']) ? state['stats'] : null))
  const status = events.status ?? stringOrNull(state['execution_status'])
  const agent = isObject(state['agent']) ? state['agent'] : {}
  const model = isObject(agent['llm']) ? stringOrNull(agent['llm']['model']) : null
  const workspace = isObject(state['workspace']) ? state['workspace'] : {}
  const ended = outcomeOfEnd(said, events.ending)
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'openhands',
        source_path: job.source.absolute(file),
        cwd: stringOrNull(workspace['working_dir']),
        source_meta: { session_id: id, timezone_unknown: true, ...(status === null ? {} : { execution_status: status }) },
        models: [...models, ...(model === null ? [] : [model])],
        usage,
        ...(events.tools.length > 0 ? { tools: { status: 'recorded' as const, schemas: events.tools } } : {}),
        outcome: byStatus(status, ended),
      },
      said,
    ),
  }
}

/** What the program says of the end comes before how the last turn looks. */
function byStatus(status: string | null, ended: RolloutOutcome): RolloutOutcome {
  if (ended.status === 'failed' || ended.status === 'interrupted') return ended
  if (status === 'finished') return { ...ended, status: 'completed' }
  if (status === 'error' || status === 'stuck') return { ...ended, status: 'failed', detail: { execution_status: status } }
  return status === 'paused' ? { ...ended, status: 'interrupted' } : ended
}

/** The events of a folder, each a file, in the order of their numbers. */
async function readFolder({ source, ledger }: ParseJob, files: readonly string[]): Promise<{ entries: Entry[]; state: JsonObject }> {
  const entries: Entry[] = []
  let state: JsonObject = {}
  for (const file of files) {
    const text = (await source.text(file)) ?? ''
    const entry = text.trim() === '' ? null : readRecord(ledger, file, 1, text)
    if (entry === null) continue
    if (posix.basename(file) !== 'base_state.json') entries.push(entry)
    else {
      state = entry.record
      ledger.settle(entry.place, 'metadata', 'state of the conversation')
    }
  }
  return { entries, state }
}

/** What the model was given at the end: without the events that condensations forgot. */
function sentOf(entries: readonly Entry[], { options, ledger }: ParseJob): readonly Entry[] {
  if (options.context === 'recorded') return entries
  const last = entries.findLast(({ record }) => record['kind'] === 'Condensation')
  const forgotten = new Set(
    entries.flatMap(({ record }) =>
      record['kind'] === 'Condensation' && Array.isArray(record['forgotten_event_ids']) ? record['forgotten_event_ids'] : [],
    ),
  )
  const isKept = (entry: Entry) => (entry.record['kind'] === 'Condensation' ? entry === last : !forgotten.has(entry.record['id'] ?? ''))
  for (const entry of entries) if (!isKept(entry)) ledger.settle(entry.place, 'metadata', 'before the last compaction')
  return last === undefined ? entries : summaryFirst(entries.filter(isKept), last)
}

/** A summary stands where its offset says, behind the instructions as a rule. */
function summaryFirst(entries: readonly Entry[], summary: Entry): Entry[] {
  const offset = numberOrNull(summary.record['summary_offset'])
  const others = entries.filter(entry => entry !== summary)
  const at = offset !== null && offset >= 0 ? Math.min(offset, others.length) : others.length
  return [...others.slice(0, at), summary, ...others.slice(at)]
}
