import { posix } from 'node:path'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { setOwn } from '../../../json/own.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import { sumUsage } from '../../conversation/usage.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Entry } from '../../log/entries.ts'
import type { UnitHint } from './discover.ts'
import { inputOf, type Other, othersIn } from './lineage.ts'
import { type Read, readDocumentOf, readMember } from './read-samples.ts'
import { answerOf, type ModelCall, type Sample } from './sample.ts'
import { Teller, usageOf } from './tell.ts'

/** Turn each sample into its row, and one for each agent that was spawned in it, or that judged it. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const { kind } = unit.hint as UnitHint
  const samples = kind === 'archive' ? [await readMember(job, file, unit.member ?? '')] : readDocumentOf(job, file)
  for await (const read of samples) {
    const row = rowOf(job, file, read)
    // What was lost may have been the messages.
    if (row.messages.length > 0 || read.sample.diagnostics.length === 0) yield { row }
    for (const other of othersIn(read.sample)) yield { row: otherRow(job, file, read, row, other) }
    const { place, messages } = read.sample
    for (const at of [place, ...messages.map(entry => entry.place)])
      if (!job.ledger.isSettled(at))
        job.ledger.settle(at, 'metadata', at === place ? 'what is known of the sample' : 'before the last compaction')
  }
}

function rowOf({ source, ledger, options }: ParseJob, file: string, { sample, log }: Read): RolloutRow {
  const { head } = sample
  const dialogue = new ChatDialogue(ledger, file)
  const teller = new Teller(dialogue, sample)
  const last = lastOwn(sample)
  const sent = options.context === 'as_sent' && sample.wasCompacted && last !== null ? sentTo(sample, last) : sample.messages
  for (const entry of sent) teller.tell(entry)
  const said = dialogue.finish()
  const evaluation = isObject(log['eval']) ? log['eval'] : {}
  const name = `${head['id'] ?? '?'}_epoch_${head['epoch'] ?? 1}`
  const schemas = toolSchemas(last?.event['tools'] ?? null)
  const usages = isObject(head['model_usage']) ? Object.values(head['model_usage']).flatMap(usage => usageOf(usage) ?? []) : []
  return assembleRow(
    {
      trace_id: stringOrNull(head['uuid']) ?? `${stringOrNull(evaluation['eval_id']) ?? posix.basename(file)}/${name}`,
      source_kind: 'inspect',
      source_path: source.absolute(file),
      timestamps: timesOf(sample, said.started_at === null ? (evaluation['created'] ?? null) : null),
      usage: said.usage ?? sumUsage(usages),
      source_meta: metaOf(head, log, evaluation),
      ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
      outcome: outcomeOf(head, endOf(sample, outcomeOfEnd(said, { isSilent: true }))),
      diagnostics: sample.diagnostics,
    },
    said,
  )
}

/** When a sample was begun and ended: older logs say so in its events alone, the oldest only when the evaluation was made. */
function timesOf({ head, times }: Sample, created: Json): string[] {
  const own = [head['started_at'], head['completed_at'], times.first, times.last].flatMap(time => isoTime(time) ?? [])
  return own.length > 0 ? own : [created].flatMap(time => isoTime(time) ?? [])
}

/** The row of a conversation that only events tell of. All of it stands in the record of the sample. */
function otherRow(job: ParseJob, file: string, { sample }: Read, parent: RolloutRow, other: Other): RolloutRow {
  const dialogue = new ChatDialogue(job.ledger, file)
  const teller = new Teller(dialogue, sample, other.isReview ? 'harness' : 'agent')
  for (const record of [...inputOf(other.last, sample.pool), answerOf(other.last.event)])
    teller.tell({ record, place: sample.place, text: null })
  const said = dialogue.finish()
  const schemas = toolSchemas(other.last.event['tools'] ?? null)
  return assembleRow(
    {
      trace_id: `${parent.trace_id}/${other.span}`,
      source_kind: 'inspect',
      source_path: parent.source_path,
      root_session_id: parent.trace_id,
      agent_id: other.span,
      is_sidechain: true,
      parent_trace_id: parent.trace_id,
      relation: other.isReview ? 'review' : 'subagent',
      spawn_tool_call_id: other.call,
      source_meta: {
        ...(other.name === null ? {} : { agent: other.name }),
        sample_id: sample.head['id'] ?? null,
        epoch: sample.head['epoch'] ?? null,
      },
      ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
      outcome: outcomeOfEnd(said, { isSilent: true }),
    },
    said,
  )
}

/** The last call of a model whose answer is one of the sample's messages. */
function lastOwn({ lastCalls, messages }: Sample): ModelCall | null {
  const own = new Set(messages.map(({ record }) => record['id']))
  return [...lastCalls.values()].findLast(({ event }) => own.has(answerOf(event)['id'] ?? '')) ?? null
}

/** What a model was given last, and its answer. */
function sentTo(sample: Sample, last: ModelCall): Entry[] {
  const known = new Map(sample.messages.map(entry => [entry.record['id'], entry]))
  const given = [...inputOf(last, sample.pool), answerOf(last.event)]
  return given.map(record => known.get(record['id'] ?? '') ?? { record, place: sample.place, text: null })
}

function metaOf(head: JsonObject, log: JsonObject, evaluation: JsonObject): JsonObject {
  const meta: JsonObject = { sample_id: head['id'] ?? null, epoch: head['epoch'] ?? null }
  for (const key of ['task', 'task_id', 'eval_id', 'run_id', 'task_version'])
    if (evaluation[key] !== undefined) setOwn(meta, key, evaluation[key])
  if (log['status'] !== undefined) setOwn(meta, 'eval_status', log['status'])
  for (const key of ['target', 'choices', 'metadata', 'total_time', 'working_time'])
    if (head[key] !== undefined && head[key] !== null && JSON.stringify(head[key]) !== '{}') setOwn(meta, key, head[key])
  return meta
}

/** A response that ends with text is the end, also where a tool ran beside the model before it. */
function endOf({ messages }: Sample, ended: RolloutOutcome): RolloutOutcome {
  const { role, content, tool_calls: calls = null } = messages.at(-1)?.record ?? {}
  const last = Array.isArray(content) ? content.at(-1) : null
  const isText = isObject(last) && last['type'] === 'text'
  const ranBeside = Array.isArray(content) && content.some(item => isObject(item) && item['type'] === 'tool_use')
  const isEnd = role === 'assistant' && isText && ranBeside && !(Array.isArray(calls) && calls.length > 0)
  return isEnd && ended.status === 'unknown' ? { ...ended, status: 'completed' } : ended
}

/** How a sample ended and what it was worth, by its error, its limit and its scores. */
function outcomeOf({ error, limit, scores }: JsonObject, ended: RolloutOutcome): RolloutOutcome {
  const values = isObject(scores)
    ? Object.entries(scores).flatMap(([name, score]) => (isObject(score) ? [[name, score['value'] ?? null] as const] : []))
    : []
  const detail: JsonObject = { ...ended.detail, ...(values.length > 0 ? { scores: Object.fromEntries(values) } : {}) }
  const reward = values.length > 0 ? rewardOf(values[0]![1]) : null
  const told = (status: RolloutOutcome['status'], more: JsonObject = {}): RolloutOutcome => {
    const all = { ...detail, ...more }
    return { status, reward, detail: Object.keys(all).length > 0 ? all : null }
  }
  if (isObject(error)) return told('failed', { error: stringOrNull(error['message']) ?? 'unknown' })
  if (isObject(limit))
    return told(limit['type'] === 'operator' ? 'interrupted' : 'unknown', {
      limit: { type: limit['type'] ?? null, limit: limit['limit'] ?? null },
    })
  return told(ended.status)
}

/** A score as a number: letters are those that Inspect gives for correct, partial, incorrect and no answer. */
function rewardOf(value: Json): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string')
    return (
      new Map([
        ['C', 1],
        ['P', 0.5],
        ['I', 0],
        ['N', 0],
      ]).get(value) ?? null
    )
  return numberOrNull(value)
}
